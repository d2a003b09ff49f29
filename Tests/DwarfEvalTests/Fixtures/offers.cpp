// The other unit of the program: its parts of a package stand behind those of the first.
namespace shop {
struct Price {
  int euros, cents;
};
struct Offer {
  Price price;
  const char *text;
  Offer *next;
};
} // namespace shop

static shop::Offer last = {{1, 99}, "today", nullptr};
int offers = 1;

__attribute__((noinline)) int offer(int n) {
  static int asked = 0;
  shop::Offer *o = &last;
  for (int left = n; left > 0 && o; --left) {
    int cents = o->price.cents + left;
    asked += cents;
    o = o->next;
  }
  return asked + offers;
}
