import PostMortem
import TestSupport
import Testing

/// Expressions about a C++ program (`Samples/classes`): frame 0 is `garden::Plant::grow`, frame 1 `main`.
@Suite struct ExpressionClassTests {
  let program: ValuesSession

  init() throws { program = try ValuesSession("classes/classes.core") }

  @Test(arguments: [
    // The parameter, the file's, the namespace's.
    (0, "count", "132"), (0, "::count", "1"), (0, "garden::count", "2"), (1, "count", "1"), (1, "garden::count", "2"),
    (0, "trees", "30"), (0, "secret", "99"), (1, "garden::secret", "99"), (1, "garden::trees", "30"),
    // Members without `this`, of bases too, and static ones.
    (0, "height_", "100"), (0, "x + y", "11"), (0, "this->height_", "100"), (0, "this.height_", "100"),
    (0, "(*this).x", "5"),
    (0, "grown", "172"), (0, "Plant::grown", "172"), (0, "this->grown", "172"), (1, "garden::Plant::grown", "172"),
    (0, "Named::instances", "2"), (0, "this->instances", "2"), (0, "bed_.items[1]", "2"), (0, "bed_.size", "3"),
    (0, "Bed<short, 3>::made", "17"), (0, "garden::Bed<short,3>::made + 1", "18"), (0, "this->Placed::name", "1234"),
    (0, "height", "117"), (1, "plant.height_", "100"), (1, "plant.Placed::y", "6"), (0, "root.depth", "3"),
    // References are followed.
    (0, "where.y", "6"), (0, "&where == other", "true"), (0, "where.x + other->x", "10"), (1, "place.x", "5"),
    (0, "sizeof where == sizeof(Placed)", "true"), (0, "&self == (Named *) this", "true"),
    (0, "(Placed) *this", "{x = 5, y = 6, name = 1234}"),
    // Casts to bases and back move the address.
    (0, "(Plant *) &self == this", "true"), (0, "(char *) (Placed *) this - (char *) this", "8"),
    (0, "((Placed &) *this).y", "6"), (0, "((Plant &) self).height_", "100"), (0, "(Named *) 0", "0x0"),
    (0, "(Plant *) (Placed *) this == this", "true"),
    // Enumerators of both kinds.
    (0, "colour_", "blue"), (0, "colour_ == Colour::blue", "true"),
    (1, "plant.colour_ == garden::Colour::blue", "true"),
    (0, "(int) colour_", "5"), (0, "Colour::green", "green"), (0, "season_", "summer"),
    (0, "season_ == summer", "true"),
    (0, "garden::Season::summer", "summer"), (0, "garden::summer + 1", "8"), (0, "(Colour) 4", "green"),
    // What is true or false is `bool`.
    (0, "1 < 2", "true"), (0, "!count", "false"), (0, "true + true", "2"), (0, "other == nullptr", "false"),
    (0, "'a'", "97 'a'"),
    (0, "sizeof(Bed<short, 3>)", "6"), (0, "sizeof(garden::Placed)", "12"),
    (0, "((Bed<short,3> *) &bed_)->items[2]", "3"),
  ]) func values(_ frame: Int, _ text: String, _ shown: String) throws {
    #expect(try program.shown(text, frame: frame) == shown)
  }

  @Test func stringsOfBases() throws {
    #expect(try program.shown("this->Named::name").hasSuffix("\"rose\""))
    #expect(try program.shown("self.name").hasSuffix("\"rose\""))
    // Through a virtual base, whose place the object says.
    #expect(try program.shown("root.name").hasSuffix("\"rooted\""))
    #expect(try program.shown("((Named *) &root)->name").hasSuffix("\"rooted\""))
    #expect(try program.type("1 < 2") == "bool")
    #expect(try program.type("*this") == "garden::Plant" || program.type("*this") == "const garden::Plant")
    #expect(try program.shown("garden::Plant::grow").hasSuffix("<garden::Plant::grow>"))
  }

  @Test(arguments: [
    ("name", "\"name\" is ambiguous here: garden::Placed::name, garden::Named::name."),
    ("this->name", "Request for member name is ambiguous: garden::Placed::name, garden::Named::name."),
    ("nothing", "No symbol \"nothing\" in current context."), ("this->nothing", "There is no member named nothing."),
    ("garden::nothing", "No symbol \"garden::nothing\" in current context."),
    ("Colour::pink", "There is no field named pink in Colour."),
    ("Plant", "Attempt to use a type as an expression."),
    ("this->grow(1, where)", "A function cannot be called in a dead process."),
    ("(Plant) where", "Invalid cast of const garden::Placed to garden::Plant."),
  ]) func errors(_ text: String, _ message: String) throws {
    #expect(program.error(text)?.message == message)
  }
}
