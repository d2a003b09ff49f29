//! Reads the settings of a text terminal and lays out its window. A setting has a name and a
//! value: a flag, a number, a ratio, a text or a list of values.

const std = @import("std");

const Token = struct {
    kind: Kind,
    text: []const u8,
    line: u32,

    const Kind = enum(u8) { word = 'w', number = 'n', text = 't', open = '[', close = ']', equals = '=', end = 0 };
};

const Value = union(enum) {
    none,
    flag: bool,
    number: i64,
    ratio: f32,
    text: []const u8,
    list: []const Value,
};

const Setting = struct {
    name: []const u8,
    value: Value,
    line: u32,
    next: ?*const Setting,
};

const Style = packed struct(u16) {
    bold: bool,
    underlined: bool,
    colour: u6,
    blink: enum(u2) { never, slow, fast },
    unused: u6 = 0,
};

const Window = struct {
    columns: u16,
    rows: u16,
    title: ?[]const u8,
    style: Style,
    tabs: [4]u8 = .{ 8, 16, 24, 32 },
};

const ParseError = error{ UnexpectedCharacter, UnexpectedToken, OutOfMemory };

const Parser = struct {
    source: []const u8,
    at: usize = 0,
    line: u32 = 1,
    peeked: ?Token = null,
    arena: std.mem.Allocator,

    fn next(p: *Parser) ParseError!Token {
        if (p.peeked) |token| {
            p.peeked = null;
            return token;
        }
        while (p.at < p.source.len and (p.source[p.at] == ' ' or p.source[p.at] == '\n')) : (p.at += 1) {
            if (p.source[p.at] == '\n') p.line += 1;
        }
        if (p.at == p.source.len) return .{ .kind = .end, .text = "", .line = p.line };
        const start = p.at;
        p.at += 1;
        const kind: Token.Kind = switch (p.source[start]) {
            '[' => .open,
            ']' => .close,
            '=' => .equals,
            '"' => {
                p.at = std.mem.indexOfScalarPos(u8, p.source, p.at, '"') orelse return error.UnexpectedCharacter;
                p.at += 1;
                return .{ .kind = .text, .text = p.source[start + 1 .. p.at - 1], .line = p.line };
            },
            '0'...'9', '-' => .number,
            'a'...'z' => .word,
            else => return error.UnexpectedCharacter,
        };
        if (kind == .number or kind == .word) {
            while (p.at < p.source.len and (std.ascii.isAlphanumeric(p.source[p.at]) or p.source[p.at] == '.')) p.at += 1;
        }
        return .{ .kind = kind, .text = p.source[start..p.at], .line = p.line };
    }

    fn value(p: *Parser) ParseError!Value {
        const token = try p.next();
        switch (token.kind) {
            .text => return .{ .text = token.text },
            .number => {
                const parsed = std.fmt.parseInt(i64, token.text, 10) catch return .{ .ratio = 0.5 };
                return .{ .number = parsed };
            },
            .word => {
                if (std.mem.eql(u8, token.text, "none")) return .none;
                return .{ .flag = std.mem.eql(u8, token.text, "yes") };
            },
            .open => {
                const items = try p.arena.alloc(Value, 8);
                for (items, 0..) |*item, count| {
                    p.peeked = try p.next();
                    if (p.peeked.?.kind == .close) {
                        _ = try p.next();
                        return .{ .list = items[0..count] };
                    }
                    item.* = try p.value();
                }
                return error.UnexpectedToken;
            },
            else => return error.UnexpectedToken,
        }
    }

    fn settings(p: *Parser) ParseError!?*const Setting {
        var first: ?*const Setting = null;
        while (true) {
            const name = try p.next();
            if (name.kind == .end) return first;
            if (name.kind != .word or (try p.next()).kind != .equals) return error.UnexpectedToken;
            const setting = try p.arena.create(Setting);
            setting.* = .{ .name = name.text, .value = try p.value(), .line = name.line, .next = first };
            first = setting;
        }
    }
};

fn find(settings: ?*const Setting, name: []const u8) ?*const Setting {
    var at = settings;
    while (at) |setting| : (at = setting.next) {
        if (std.mem.eql(u8, setting.name, name)) return setting;
    }
    return null;
}

fn number(settings: ?*const Setting, name: []const u8, otherwise: u16) u16 {
    const setting = find(settings, name) orelse return otherwise;
    const wanted = setting.value.number; // CRASH: "80" is a text, access of an inactive union field
    return std.math.cast(u16, wanted) orelse otherwise;
}

fn layOut(settings: ?*const Setting, style: Style) Window {
    const title = if (find(settings, "title")) |setting| setting.value.text else null;
    const rows = number(settings, "rows", 25);
    const columns = number(settings, "columns", 80); // CALL
    return .{ .columns = columns, .rows = rows, .title = title, .style = style };
}

fn open(source: []const u8) ParseError!Window {
    var memory: [1024]u8 = undefined;
    var arena: std.heap.FixedBufferAllocator = .init(&memory);
    var parser: Parser = .{ .source = source, .arena = arena.allocator() };
    const settings = try parser.settings();
    return layOut(settings, .{ .bold = true, .underlined = false, .colour = 33, .blink = .slow }); // CALL
}

pub fn main() void {
    const source =
        \\title = "wasm monitor"
        \\tabs = [4 8 [none yes] 12]
        \\opacity = 0.5
        \\columns = "80"
        \\rows = 50
    ;
    const window = open(source) catch |mistake| { // CALL
        std.debug.print("cannot read the settings: {t}\n", .{mistake});
        return;
    };
    std.debug.print("{d} x {d}: {s}\n", .{ window.columns, window.rows, window.title orelse "-" });
}
