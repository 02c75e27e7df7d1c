// A growable array as a value. Copies share their common items, so the cost of a copy does not depend on the length.
#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/shared.hpp"

namespace raftsim::core {

// Storage for `capacity` items; the first size() are constructed.
template <class T, std::size_t capacity>
class SharedChunk {
 public:
  // NOLINTNEXTLINE(modernize-use-equals-default,cppcoreguidelines-pro-type-member-init): it is not filled with zeros
  SharedChunk() noexcept {}
  SharedChunk(const SharedChunk& other, std::size_t size) : SharedChunk() {
    while (size_ < size) append(other[size_]);
  }
  SharedChunk(const SharedChunk&) = delete;
  SharedChunk& operator=(const SharedChunk&) = delete;
  ~SharedChunk() { truncate(0); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] T& operator[](std::size_t place) { return items()[place]; }
  [[nodiscard]] const T& operator[](std::size_t place) const { return items()[place]; }
  template <class Item>
  T& append(Item&& item) {
    T* const added = std::construct_at(items() + size_, std::forward<Item>(item));
    ++size_;
    return *added;
  }
  void truncate(std::size_t size) {
    std::destroy(items() + size, items() + size_);
    size_ = size;
  }

 private:
  [[nodiscard]] T* items() { return reinterpret_cast<T*>(bytes_); }
  [[nodiscard]] const T* items() const { return reinterpret_cast<const T*>(bytes_); }
  std::size_t size_ = 0;  // of the longest vector that shares this chunk
  alignas(T) std::byte bytes_[capacity * sizeof(T)];
};

// A short array that is copied as a whole when a sharing copy is changed.
template <class T>
class SharedWhole {
 public:
  [[nodiscard]] const T& operator[](std::size_t index) const { return (*items_)[index]; }
  [[nodiscard]] T& edit(std::size_t index) { return own()[index]; }
  void push_back(T item) { own().push_back(std::move(item)); }
  void truncate(std::size_t size) { own().resize(size); }
  void drop_front(std::size_t count) {
    own().erase(items_->begin(), items_->begin() + static_cast<std::ptrdiff_t>(count));
  }
  void clear() { items_ = {}; }

 private:
  std::vector<T>& own() {
    if (!items_) items_ = make_shared_value<std::vector<T>>();
    if (items_.is_shared()) items_ = make_shared_value<std::vector<T>>(*items_);
    return *items_;
  }
  Shared<std::vector<T>> items_;  // null: none
};

// For data that grows with a run (logs, checkers' notes per index): exhaustive search and shrinking copy a run again
// and again, extend each copy a little and drop it.
//
// Items are stored in chunks of a fixed size. The last chunk is held directly; full chunks are held in a spine, which
// is another such vector whose own spine is copied as a whole. A copy shares all of this by reference. The first copy
// to append writes into the shared chunk: the others see no more items than their own size. Any later one copies that
// chunk first, and only that chunk. Changing an item copies its chunk and the spine chunk that refers to it, unless
// they are not shared. Reference-counted without atomics, like Shared.
template <class T, bool is_spine = false>
class SharedVector {
 public:
  static constexpr std::size_t chunk_items =
      is_spine ? 128 : std::max<std::size_t>(16, std::bit_floor(4096 / sizeof(T)));

  SharedVector() = default;
  explicit SharedVector(std::size_t size) { grow_to(size); }
  template <std::input_iterator Iterator>
  SharedVector(Iterator first, Iterator last) {
    for (; first != last; ++first) push_back(*first);
  }
  SharedVector(const SharedVector&) = default;
  SharedVector& operator=(const SharedVector&) = default;
  // A moved-from vector is empty.
  SharedVector(SharedVector&& other) noexcept
      : spine_(std::move(other.spine_)),
        tail_(std::move(other.tail_)),
        first_(std::exchange(other.first_, 0)),
        tail_begin_(std::exchange(other.tail_begin_, 0)),
        end_(std::exchange(other.end_, 0)) {}
  SharedVector& operator=(SharedVector&& other) noexcept {
    SharedVector taken(std::move(other));
    std::swap(spine_, taken.spine_);
    std::swap(tail_, taken.tail_);
    first_ = taken.first_;
    tail_begin_ = taken.tail_begin_;
    end_ = taken.end_;
    return *this;
  }
  ~SharedVector() = default;

  [[nodiscard]] std::size_t size() const { return end_ - first_; }
  [[nodiscard]] bool empty() const { return end_ == first_; }
  // Precondition of these: the item exists.
  [[nodiscard]] const T& operator[](std::size_t index) const {
    const std::size_t place = first_ + index;
    return place >= tail_begin_ ? (*tail_)[place - tail_begin_] : (*spine_[place / chunk_items])[place % chunk_items];
  }
  [[nodiscard]] const T& front() const { return (*this)[0]; }
  [[nodiscard]] const T& back() const { return (*this)[size() - 1]; }
  // A mutable reference. Valid until this vector is copied or changed in another way.
  [[nodiscard]] T& edit(std::size_t index) {
    const std::size_t place = first_ + index;
    if (place >= tail_begin_) return own(tail_, end_ - tail_begin_)[place - tail_begin_];
    return own(spine_.edit(place / chunk_items), chunk_items)[place % chunk_items];
  }

  T& push_back(T item) {
    if (!tail_ || end_ - tail_begin_ == chunk_items) begin_chunk();
    if (tail_->size() != end_ - tail_begin_) trim_tail();
    T& added = tail_->append(std::move(item));
    ++end_;
    return added;
  }
  // Appends value-initialized items.
  void grow_to(std::size_t size) {
    while (this->size() < size) push_back(T{});
  }
  // Keeps the first `size` items, or all if there are fewer.
  void truncate(std::size_t size) {
    if (size >= this->size()) return;
    end_ = first_ + size;
    if (end_ == first_) return clear();
    if (end_ <= tail_begin_) pull_back_tail();
    if (!tail_.is_shared()) tail_->truncate(end_ - tail_begin_);
  }
  // Precondition: count <= size().
  void drop_front(std::size_t count) {
    if constexpr (is_spine) let_go(count);
    first_ += count;
    if (first_ == end_) return clear();
    const std::size_t chunks = first_ / chunk_items;
    if (chunks == 0) return;
    spine_.drop_front(chunks);
    for (std::size_t* place : {&first_, &tail_begin_, &end_}) *place -= chunks * chunk_items;
  }
  void clear() {
    spine_.clear();
    first_ = tail_begin_ = end_ = 0;
    if (tail_.is_shared()) tail_ = {};
    if (tail_) tail_->truncate(0);
  }

  class Iterator {
   public:
    using iterator_concept = std::random_access_iterator_tag;
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator() = default;
    Iterator(const SharedVector& of, std::size_t index) : of_(&of), index_(index) {}
    reference operator*() const { return (*of_)[index_]; }
    pointer operator->() const { return &**this; }
    reference operator[](difference_type n) const { return *(*this + n); }
    Iterator& operator+=(difference_type n) {
      index_ += static_cast<std::size_t>(n);
      return *this;
    }
    Iterator& operator-=(difference_type n) { return *this += -n; }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this += -1; }
    Iterator operator++(int) { return std::exchange(*this, *this + 1); }
    Iterator operator--(int) { return std::exchange(*this, *this - 1); }
    friend Iterator operator+(Iterator a, difference_type n) { return a += n; }
    friend Iterator operator+(difference_type n, Iterator a) { return a += n; }
    friend Iterator operator-(Iterator a, difference_type n) { return a -= n; }
    friend difference_type operator-(const Iterator& a, const Iterator& b) {
      return static_cast<difference_type>(a.index_ - b.index_);
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }
    friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.index_ <=> b.index_; }

   private:
    const SharedVector* of_ = nullptr;
    std::size_t index_ = 0;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }
  friend bool operator==(const SharedVector& a, const SharedVector& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  using Chunk = SharedChunk<T, chunk_items>;
  using Spine = std::conditional_t<is_spine, SharedWhole<Shared<Chunk>>, SharedVector<Shared<Chunk>, true>>;

  // Makes the chunk exclusive to this vector, which has the first `size` items of it.
  static Chunk& own(Shared<Chunk>& chunk, std::size_t size) {
    if (chunk.is_shared()) chunk = make_shared_value<Chunk>(*chunk, size);
    return *chunk;
  }
  // Chunks of items are large: dropped ones are freed at once, not together with their chunk of the spine.
  void let_go(std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) edit(index) = T{};
  }
  void begin_chunk() {
    if (tail_) {
      spine_.push_back(std::move(tail_));
      tail_begin_ += chunk_items;
    }
    tail_ = make_shared_value<Chunk>();
  }
  // Another vector has appended to the chunk, or this vector has been truncated.
  void trim_tail() { own(tail_, end_ - tail_begin_).truncate(end_ - tail_begin_); }
  void pull_back_tail() {
    const std::size_t chunks = (end_ - 1) / chunk_items;  // that stay in the spine
    tail_ = spine_[chunks];
    spine_.truncate(chunks);
    tail_begin_ = chunks * chunk_items;
  }

  Spine spine_;         // full chunks
  Shared<Chunk> tail_;  // null: nothing was ever appended
  // Positions, counted from the beginning of the first chunk.
  std::size_t first_ = 0;
  std::size_t tail_begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace raftsim::core
