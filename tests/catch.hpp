// Catch2 under the name that version 2 (Debian 12) and version 3 (elsewhere) each give it.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
