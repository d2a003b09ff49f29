//! A weather balloon's telemetry: every kind of value that Zig makes, in the locals of two functions.
//! The second one stops the program. Nothing of it prints, so that the module stays small.

const std = @import("std");

pub const panic = std.debug.no_panic;

const Unit = enum(u8) { metre, pascal = 7, kelvin };

const Fault = error{ SensorLost, TooCold };

const Reading = union(enum) {
    none,
    height: u32,
    name: []const u8,
    pair: struct { low: i16, high: i16 },
};

const Bits = packed struct(u16) {
    valid: bool,
    channel: u3,
    raw: u12,
};

/// The reader has to know which of them it is.
const Word = extern union {
    number: u32,
    bytes: [4]u8,
};

const Node = struct {
    value: i32,
    next: ?*const Node,
};

fn measure(code: u8) Fault!u16 {
    return switch (code) {
        0 => 1013,
        1 => error.SensorLost,
        else => error.TooCold,
    };
}

fn check(code: u8) Fault!void {
    if (code > 0) return error.TooCold;
}

var memory: [512]u8 = undefined;

noinline fn texts() void {
    var title: []const u8 = "balloon \"7\"";
    var no_text: []const u8 = "";
    var terminated: [:0]const u8 = "ends";
    var c_text: [*:0]const u8 = "c text";
    var fixed: [5]u8 = "fixed".*;
    var literal = "literal";
    var numbers = [_]i32{ 5, -6, 7 };
    var slice: []i32 = numbers[1..];
    var many: [*]const i32 = &numbers;
    var single: *const i32 = &numbers[2];
    var words: []const []const u8 = &.{ "up", "down" };
    var array_pointer: *const [3]i32 = &numbers;
    var grid = [2][3]u8{ .{ 1, 2, 3 }, .{ 4, 5, 6 } };
    var buffer: std.heap.FixedBufferAllocator = .init(&memory);
    var list: std.ArrayList(u16) = .empty;
    list.appendSlice(buffer.allocator(), &.{ 10, 20, 30 }) catch {};
    var vector: @Vector(4, f32) = .{ 1, 2, 3, 4 };
    keep(.{ &title, &no_text, &terminated, &c_text, &fixed, &literal, &slice, &many, &single, &words, &array_pointer, &grid, &list, &vector });
    kinds();
}

noinline fn kinds() void {
    var some: ?u32 = 42;
    var none: ?u32 = null;
    var some_text: ?[]const u8 = "here";
    var no_text: ?[]const u8 = null;
    var target: i32 = -9;
    var some_pointer: ?*i32 = &target;
    var no_pointer: ?*i32 = null;
    var good: Fault!u16 = measure(0);
    var bad: Fault!u16 = measure(1);
    var fine: Fault!void = check(0);
    var failed: Fault!void = check(1);
    var fault: Fault = error.TooCold;
    var any: anyerror = error.SensorLost;
    var nothing: Reading = .none;
    var height: Reading = .{ .height = 31000 };
    var name: Reading = .{ .name = "summit" };
    var pair: Reading = .{ .pair = .{ .low = -40, .high = 12 } };
    var readings: []const Reading = &.{ .none, .{ .height = 5 } };
    var unit: Unit = .pascal;
    var bits: Bits = .{ .valid = true, .channel = 5, .raw = 0xabc };
    var word: Word = .{ .number = 0x41424344 };
    var tuple: struct { u8, bool } = .{ 3, true };
    const last: Node = .{ .value = 2, .next = null };
    var node: Node = .{ .value = 1, .next = &last };
    var odd: u7 = 100;
    var wide: i128 = -5;
    var half: f16 = 0.5;
    var double_optional: ??u8 = @as(?u8, null);
    var function: *const fn (u8) Fault!void = &check;
    keep(.{ &some, &none, &some_text, &no_text, &some_pointer, &no_pointer, &good, &bad, &fine, &failed, &fault, &any, &nothing, &height, &name, &pair, &readings, &unit, &bits, &word, &tuple, &node, &odd, &wide, &half, &double_optional, &function });
    @trap();
}

/// The variables stay where they are: something might look at them.
fn keep(places: anytype) void {
    std.mem.doNotOptimizeAway(places);
}

export fn _start() void {
    texts();
}
