# What `cmake --install` installs: the program, and the rooms with their headers as a package for find_package(raftsim).
include(GNUInstallDirs)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET raftsim)
  install(TARGETS raftsim)
endif()

if(fetched_libraries)  # whoever links an installed room could not find them
  message(STATUS "cmake --install leaves the rooms out: they need what was fetched, ${fetched_libraries}")
  return()
endif()

set(targets ${rooms})
if("core" IN_LIST rooms)
  list(APPEND targets core_mutable)
endif()
list(TRANSFORM targets PREPEND raftsim_)
install(TARGETS ${targets} EXPORT raftsim FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/raftsim)

include(CMakePackageConfigHelpers)
list(JOIN find_dependencies "\n" find_dependencies)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/raftsim)
install(EXPORT raftsim NAMESPACE raftsim:: FILE raftsim-targets.cmake DESTINATION ${package})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/raftsim-config.cmake.in
                              ${PROJECT_BINARY_DIR}/raftsim-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/raftsim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/raftsim-config.cmake ${PROJECT_BINARY_DIR}/raftsim-config-version.cmake
        DESTINATION ${package})
