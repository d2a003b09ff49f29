// What the headers of libstdc++ leave to its library, which nobody has for Wasm: as much as values.cpp needs. The layouts are the
// headers' own. Trees are not balanced and tables grow by doubling.
#include <bits/stl_tree.h>
#include <list>
#include <string>
#include <unordered_set>

template class std::allocator<char>;
template class std::allocator<wchar_t>;
template class std::basic_string<char>;
template class std::basic_string<wchar_t>;

namespace std {

void __throw_length_error(const char *) { __builtin_trap(); }
void __throw_logic_error(const char *) { __builtin_trap(); }
void __throw_out_of_range_fmt(const char *, ...) { __builtin_trap(); }
void __throw_bad_function_call() { __builtin_trap(); }
void __throw_bad_array_new_length() { __builtin_trap(); }
void __glibcxx_assert_fail(const char *, int, const char *, const char *) noexcept { __builtin_trap(); }

void _Rb_tree_insert_and_rebalance(const bool left, _Rb_tree_node_base *node, _Rb_tree_node_base *parent, _Rb_tree_node_base &header) noexcept {
  node->_M_parent = parent;
  node->_M_left = node->_M_right = nullptr;
  node->_M_color = _S_red;
  if (left) {
    parent->_M_left = node;
    if (parent == &header) header._M_parent = header._M_right = node;
    else if (parent == header._M_left) header._M_left = node;
  } else {
    parent->_M_right = node;
    if (parent == header._M_right) header._M_right = node;
  }
}

_Rb_tree_node_base *_Rb_tree_decrement(_Rb_tree_node_base *node) noexcept {
  if (node->_M_left) {
    for (node = node->_M_left; node->_M_right;) node = node->_M_right;
    return node;
  }
  while (node == node->_M_parent->_M_left) node = node->_M_parent;
  return node->_M_parent;
}

_Rb_tree_node_base *_Rb_tree_increment(_Rb_tree_node_base *node) noexcept {
  if (node->_M_right) {
    for (node = node->_M_right; node->_M_left;) node = node->_M_left;
    return node;
  }
  while (node == node->_M_parent->_M_right) node = node->_M_parent;
  return node->_M_parent;
}

namespace __detail {

void _List_node_base::_M_hook(_List_node_base *const position) noexcept {
  _M_next = position;
  _M_prev = position->_M_prev;
  position->_M_prev->_M_next = this;
  position->_M_prev = this;
}

std::size_t _Prime_rehash_policy::_M_next_bkt(std::size_t count) const {
  _M_next_resize = count < 2 ? 1 : count;
  return count < 2 ? 1 : count;
}

std::pair<bool, std::size_t> _Prime_rehash_policy::_M_need_rehash(std::size_t buckets, std::size_t elements, std::size_t more) const {
  if (elements + more <= _M_next_resize) return {false, 0};
  return {true, _M_next_bkt(std::max(elements + more, std::max<std::size_t>(buckets * 2, 13)))};
}

} // namespace __detail

size_t _Hash_bytes(const void *bytes, size_t count, size_t seed) {
  for (size_t i = 0; i < count; ++i) seed = seed * 31 + static_cast<const unsigned char *>(bytes)[i];
  return seed;
}

} // namespace std
