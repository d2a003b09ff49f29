// C++ without its library, for the tests of the expression language: scopes, members, bases, references, templates.
extern "C" int puts(const char *);

static int count = 1; // The outermost of several.

namespace garden {

enum class Colour : unsigned char { red, green = 4, blue };
enum Season { spring, summer = 7 };
static int count = 2;
int trees = 30;

namespace {
int secret = 99;
}

struct Named {
  const char *name;
  static int instances;
  virtual int kind() const { return 1; }
  explicit Named(const char *text) : name(text) { instances++; }
};
int Named::instances = 0;

struct Placed {
  int x = 5, y = 6;
  int name = 1234; // Hides nothing, but is called the same.
};

struct Rooted : virtual Named {
  int depth = 3;
  Rooted() : Named("rooted") {}
};

template <typename T, int N> struct Bed {
  T items[N];
  static const int size = N;
  static int made;
  T sum() const {
    T total{};
    for (const T &item : items) total += item;
    return total;
  }
};
template <typename T, int N> int Bed<T, N>::made = 17;

class Plant : public Placed, public Named {
public:
  Plant(const char *text, Colour colour) : Named(text), colour_(colour) {}
  int grow(int count, const Placed &where);

protected:
  Colour colour_;
  Season season_ = summer;
  Bed<short, 3> bed_ = {{1, 2, 3}};
  unsigned height_ : 7 = 100;
  static int grown;
};
int Plant::grown = 40;

[[gnu::noinline]] int Plant::grow(int count, const Placed &where) {
  Placed *other = const_cast<Placed *>(&where);
  Named &self = *this;
  Rooted root;
  grown += count;
  int height = static_cast<int>(height_) + Bed<short, 3>::made;
  if (where.x > 0) __builtin_trap(); // CRASH
  return height + other->y + bed_.sum() + root.depth + (self.name != nullptr);
}

} // namespace garden

int main() {
  garden::Placed place;
  garden::Plant plant("rose", garden::Colour::blue);
  puts("growing");
  return plant.grow(count + garden::count + garden::trees + garden::secret, place); // CALL
}
