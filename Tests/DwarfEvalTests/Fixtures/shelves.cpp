// Compiled by build.sh with split debugging information of both versions.
namespace shop {
struct Price {
  int euros, cents;
};
template <class Item> struct Shelf {
  Item item;
  unsigned count : 12;
  static int made;
  int worth() const { return (item.euros * 100 + item.cents) * static_cast<int>(count); }
};
template <class Item> int Shelf<Item>::made = 3;
enum class Kind : unsigned char { Tool = 1, Toy };
} // namespace shop

int total = 5;

__attribute__((noinline)) static int sum(const shop::Shelf<shop::Price> *shelves, int n, shop::Kind kind) {
  int result = 0;
  for (int i = 0; i < n; ++i) {
    int twice = 2 * i;
    result += shelves[i].worth() + twice;
  }
  return result + shelves->made + static_cast<int>(kind);
}

int offer(int n);

extern "C" int run(int n) {
  shop::Shelf<shop::Price> shelves[2] = {{{n, 2}, 3}, {{4, n}, 5}};
  return sum(shelves, 2, shop::Kind::Toy) + total + offer(n);
}
