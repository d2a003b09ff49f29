import ByteCursor
import WasmBinary

/// What is known of a value without running the function.
///
/// A value that is not known has a name, which says where it comes from. One name is one value: wherever two places
/// of one state have the same name, they hold the same value when the code runs. (Names may come up again in a later
/// turn of a loop and stand for another value then; a state never holds both.)
public enum AbstractValue: Hashable, Sendable {
  /// A number, by its bits; a v128 of zeros.
  case constant(ValueType, UInt64)
  /// The null reference.
  case null
  /// The value of the stack pointer on entry, plus an offset; as wide as the stack pointer.
  case stackPointer(Int64)
  /// The value of the stack pointer on entry plus `from`, rounded down to a multiple of 2 to the power of
  /// `alignmentLog2`, plus `offset`: what prologues of over-aligned frames compute.
  case alignedStackPointer(from: Int64, alignmentLog2: UInt8, offset: Int64)
  /// An argument, by its index.
  case parameter(UInt32)
  /// The value of a global on entry.
  case entryGlobal(UInt32)
  /// What a load instruction at an offset has read, from the address operand plus `offset`, while memory was as
  /// `version` says.
  case load(Opcode, address: ValueID, offset: UInt64, memory: UInt32, at: CodeOffset, version: ValueID)
  /// A numeric instruction or `select` of operands; additions and subtractions of constants are one addition of a
  /// constant, the second operand. Trapping instructions count as not having trapped.
  case operation(Opcode, [ValueID])
  /// A result of the instruction at an offset (a call mostly, also what is not kept as an expression); of several,
  /// by its index.
  case result(of: CodeOffset, UInt32)
  /// Different values at the start of a block, depending on the way there.
  case join(block: Int, StateSlot)
  /// A value of the exception that a clause of the `try` or `try_table` with this dispatch block has caught.
  case caught(dispatch: Int, clause: UInt32, UInt32)
  /// The value of a global that the call at an offset may have set.
  case global(UInt32, afterCall: CodeOffset)
  /// The value of the stack pointer, by its global, where an exception was caught: the function that raised it did
  /// not restore it.
  case unwound(UInt32, dispatch: Int)
  /// Not a value: memory as it was on entry.
  case entryMemory
  /// Not a value: memory behind the instruction at an offset, which may have written it.
  case memory(after: CodeOffset)
}

/// A value of one function's analysis: equal numbers are equal values.
public struct ValueID: Hashable, Sendable {
  let index: UInt32
}

/// A place of an abstract state.
public enum StateSlot: Hashable, Sendable {
  case local(UInt32)
  case global(UInt32)
  /// The contents of all linear memories.
  case memory
  /// An operand, counted from the bottom of the stack.
  case operand(UInt32)
}
