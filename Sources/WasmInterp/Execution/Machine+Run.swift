extension Machine {
  /// Runs from `pc` until the entry's `halt`, or a trap.
  ///
  /// The state is in local variables so that it stays in registers: what is not needed for most instructions is in
  /// functions that take it by value.
  func run(_ start: CodePointer, _ startFrame: FramePointer) -> Outcome {
    var pc = start
    var frame = startFrame
    var context = frame.function.context
    var memory = context.memory
    var budget = firstBudget
    var depth = self.depth
    let end = stackEnd
    while true {
      switch pc.operation {
      // MARK: Control
      case .branch:  // c: how many instructions to go
        let distance = pc.c
        pc = pc.advanced(by: distance)
        if distance <= 0 {
          budget &-= 1
          if budget < 0 {
            budget = refill()
            if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
          }
        }
        continue
      case .branchTable:  // a: index, b: how many targets before the default; the list: distances
        let index = min(frame.u32(pc.a), UInt32(bitPattern: pc.b))
        let distance = pc.word(Int(index))
        pc = pc.advanced(by: distance)
        if distance <= 0 {
          budget &-= 1
          if budget < 0 {
            budget = refill()
            if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
          }
        }
        continue
      case .call:  // a: where results go, wide: function, x: instructions with the list: new frame, arguments
        let function = FunctionPointer(bits: pc.wide)
        let count = function.parameterSlots
        let newFrame = frame.advanced(by: pc.word(0))
        budget &-= 1
        if budget < 0 {
          budget = refill()
          if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
        }
        if depth <= 0 || end.distance(from: newFrame) < Int(count) { return .trap(.stackExhausted, pc, frame) }
        var index: Int32 = 0
        while index < count {
          newFrame[index] = frame[pc.word(Int(index) + 1)]
          index += 1
        }
        if let code = function.code {
          if end.distance(from: newFrame) < Int(function.frameSize) { return .trap(.stackExhausted, pc, frame) }
          newFrame.callerCode = pc
          newFrame.callerFrame = frame
          newFrame.function = function
          newFrame.zero(count, count: function.zeroSlots)
          depth &-= 1
          frame = newFrame
          pc = code
          if function.context != context {
            context = function.context
            memory = context.memory
          }
          continue
        }
        switch enter(function, pc, frame, newFrame, results: frame.advanced(by: pc.a), depth) {
        case .code: continue  // it is translated now: once more
        case .trap(let kind): return .trap(kind, pc, frame)
        case .done:
          memory = context.memory
          pc = pc.advanced(by: Int32(pc.x))
        }
        continue
      case .callIndirect, .callReference:  // b: index or reference, c: table; the list: new frame, type, arguments
        let function: FunctionPointer
        switch callee(pc, frame, context, isIndirect: pc.operation == .callIndirect) {
        case .function(let found): function = found
        case .trap(let kind): return .trap(kind, pc, frame)
        }
        let count = function.parameterSlots
        let newFrame = frame.advanced(by: pc.word(0))
        budget &-= 1
        if budget < 0 {
          budget = refill()
          if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
        }
        if depth <= 0 || end.distance(from: newFrame) < Int(count) { return .trap(.stackExhausted, pc, frame) }
        var index: Int32 = 0
        while index < count {
          newFrame[index] = frame[pc.word(Int(index) + 2)]
          index += 1
        }
        if function.code == nil {
          switch enter(function, pc, frame, newFrame, results: frame.advanced(by: pc.a), depth) {
          case .code: break
          case .trap(let kind): return .trap(kind, pc, frame)
          case .done:
            memory = context.memory
            pc = pc.advanced(by: Int32(pc.x))
            continue
          }
        }
        guard let code = function.code, end.distance(from: newFrame) >= Int(function.frameSize) else {
          return .trap(.stackExhausted, pc, frame)
        }
        newFrame.callerCode = pc
        newFrame.callerFrame = frame
        newFrame.function = function
        newFrame.zero(count, count: function.zeroSlots)
        depth &-= 1
        frame = newFrame
        pc = code
        if function.context != context {
          context = function.context
          memory = context.memory
        }
        continue
      case .tailCall, .tailCallIndirect, .tailCallReference:  // as the calls; the list: scratch area, type, arguments
        let function: FunctionPointer
        if pc.operation == .tailCall {
          function = FunctionPointer(bits: pc.wide)
        } else {
          switch callee(pc, frame, context, isIndirect: pc.operation == .tailCallIndirect) {
          case .function(let found): function = found
          case .trap(let kind): return .trap(kind, pc, frame)
          }
        }
        budget &-= 1
        if budget < 0 {
          budget = refill()
          if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
        }
        let count = function.parameterSlots
        let scratch = frame.advanced(by: pc.word(0))
        // A host function's results go there as well.
        if end.distance(from: scratch) < Int(max(count, function.resultSlots)) {
          return .trap(.stackExhausted, pc, frame)
        }
        var index: Int32 = 0
        while index < count {
          scratch[index] = frame[pc.word(Int(index) + 2)]
          index += 1
        }
        if function.code == nil {
          switch enter(function, pc, frame, scratch, results: scratch, depth) {
          case .code: break
          case .trap(let kind): return .trap(kind, pc, frame)
          case .done:
            // The host's results, in place of this frame's.
            let call = frame.callerCode
            let caller = frame.callerFrame
            index = 0
            while index < function.resultSlots {
              caller[call.a + index] = scratch[index]
              index += 1
            }
            depth &+= 1
            frame = caller
            pc = call.advanced(by: Int32(call.x))
            if pc.operation != .halt {
              context = frame.function.context
              memory = context.memory
            }
            continue
          }
        }
        guard let code = function.code, end.distance(from: frame) >= Int(function.frameSize) else {
          return .trap(.stackExhausted, pc, frame)
        }
        index = 0
        while index < count {
          frame[index] = scratch[index]
          index += 1
        }
        frame.function = function
        frame.zero(count, count: function.zeroSlots)
        pc = code
        if function.context != context {
          context = function.context
          memory = context.memory
        }
        continue
      case .returnNone, .returnOne, .returnMany:  // a: the slot of one; b: how many slots, the list: slots
        let call = frame.callerCode
        let caller = frame.callerFrame
        if pc.operation == .returnOne {
          caller[call.a] = frame[pc.a]
        } else if pc.operation == .returnMany {
          var index: Int32 = 0
          while index < pc.b {
            caller[call.a + index] = frame[pc.word(Int(index))]
            index += 1
          }
        }
        depth &+= 1
        frame = caller
        pc = call.advanced(by: Int32(call.x))
        if pc.operation == .halt { return .finished(budget) }
        let returned = frame.function.context
        if returned != context {
          context = returned
          memory = context.memory
        }
        continue
      case .halt: return .finished(budget)
      case .unreachable: return .trap(.unreachable, pc, frame)

      // MARK: Values
      case .copy: frame[pc.a] = frame[pc.b]
      case .copyVector: frame.copyVector(pc.a, from: pc.b)
      case .constant: frame[pc.a] = pc.wide
      case .constantVector:  // the list: 16 bytes
        frame[pc.a] = pc.wideWord(0)
        frame[pc.a + 1] = pc.wideWord(2)
        pc = pc.advanced(by: 2)
        continue
      case .select:  // a: result, b and c: values, the list: condition
        frame[pc.a] = frame.u32(pc.word(0)) != 0 ? frame[pc.b] : frame[pc.c]
        pc = pc.advanced(by: 2)
        continue
      case .selectVector:
        frame.copyVector(pc.a, from: frame.u32(pc.word(0)) != 0 ? pc.b : pc.c)
        pc = pc.advanced(by: 2)
        continue
      case .globalGet: frame[pc.a] = CellPointer(bits: pc.wide).low
      case .globalSet: CellPointer(bits: pc.wide).low = frame[pc.a]
      case .globalGetVector:
        frame[pc.a] = CellPointer(bits: pc.wide).low
        frame[pc.a + 1] = CellPointer(bits: pc.wide).high
      case .globalSetVector:
        CellPointer(bits: pc.wide).low = frame[pc.a]
        CellPointer(bits: pc.wide).high = frame[pc.a + 1]
      case .asNonNull:  // a: result, b: reference
        if frame[pc.b] == 0 { return .trap(.nullReference, pc, frame) }
        frame[pc.a] = frame[pc.b]

      // MARK: What is rare, in functions of its own; x: opcode
      case .vector:
        Vector.execute(pc, frame)
        pc = pc.advanced(by: 3)
        continue
      case .memoryAccess:
        if let kind = accessMemory(pc, frame) { return .trap(kind, pc, frame) }
        pc = pc.advanced(by: 3)
        continue
      case .object:
        if let kind = object(pc, frame) { return .trap(kind, pc, frame) }
      case .objects:
        if let kind = objects(pc, frame, context) { return .trap(kind, pc, frame) }
        pc = pc.advanced(by: 3)
        continue
      case .construct:  // c: how many slots, the list: slots
        if let kind = construct(pc, frame) { return .trap(kind, pc, frame) }
        pc = pc.advanced(by: 1 + (pc.c + 3) / 4)
        continue
      case .general:
        switch general(pc, frame, context) {
        case nil: break
        case .uncaughtException?:
          switch unwind(pc, frame, depth) {
          case .caught(let handlerFrame, let handlerCode, let handlerDepth):
            frame = handlerFrame
            depth = handlerDepth
            pc = handlerCode
          case .trap(let kind): return .trap(kind, pc, frame)
          }
          context = frame.function.context
          memory = context.memory
          continue
        case let kind?: return .trap(kind, pc, frame)
        }
        memory = context.memory
        pc = pc.advanced(by: 2)
        continue

      // MARK: Numeric instructions and memory 0; a: result (of a store: the value), b and c: operands or offset
      case .i32Eqz:
        frame.put(pc.a, frame.u32(pc.b) == 0)
      case .i32Eq:
        frame.put(pc.a, frame.u32(pc.b) == frame.u32(pc.c))
      case .i32EqImmediate:
        frame.put(pc.a, frame.u32(pc.b) == UInt32(bitPattern: pc.c))
      case .i32Ne:
        frame.put(pc.a, frame.u32(pc.b) != frame.u32(pc.c))
      case .i32NeImmediate:
        frame.put(pc.a, frame.u32(pc.b) != UInt32(bitPattern: pc.c))
      case .i32LtS:
        frame.put(pc.a, frame.i32(pc.b) < frame.i32(pc.c))
      case .i32LtSImmediate:
        frame.put(pc.a, frame.i32(pc.b) < pc.c)
      case .i32LtU:
        frame.put(pc.a, frame.u32(pc.b) < frame.u32(pc.c))
      case .i32LtUImmediate:
        frame.put(pc.a, frame.u32(pc.b) < UInt32(bitPattern: pc.c))
      case .i32GtS:
        frame.put(pc.a, frame.i32(pc.b) > frame.i32(pc.c))
      case .i32GtSImmediate:
        frame.put(pc.a, frame.i32(pc.b) > pc.c)
      case .i32GtU:
        frame.put(pc.a, frame.u32(pc.b) > frame.u32(pc.c))
      case .i32GtUImmediate:
        frame.put(pc.a, frame.u32(pc.b) > UInt32(bitPattern: pc.c))
      case .i32LeS:
        frame.put(pc.a, frame.i32(pc.b) <= frame.i32(pc.c))
      case .i32LeSImmediate:
        frame.put(pc.a, frame.i32(pc.b) <= pc.c)
      case .i32LeU:
        frame.put(pc.a, frame.u32(pc.b) <= frame.u32(pc.c))
      case .i32LeUImmediate:
        frame.put(pc.a, frame.u32(pc.b) <= UInt32(bitPattern: pc.c))
      case .i32GeS:
        frame.put(pc.a, frame.i32(pc.b) >= frame.i32(pc.c))
      case .i32GeSImmediate:
        frame.put(pc.a, frame.i32(pc.b) >= pc.c)
      case .i32GeU:
        frame.put(pc.a, frame.u32(pc.b) >= frame.u32(pc.c))
      case .i32GeUImmediate:
        frame.put(pc.a, frame.u32(pc.b) >= UInt32(bitPattern: pc.c))
      case .i32Add:
        frame.put(pc.a, frame.u32(pc.b) &+ frame.u32(pc.c))
      case .i32AddImmediate:
        frame.put(pc.a, frame.u32(pc.b) &+ UInt32(bitPattern: pc.c))
      case .i32Sub:
        frame.put(pc.a, frame.u32(pc.b) &- frame.u32(pc.c))
      case .i32Mul:
        frame.put(pc.a, frame.u32(pc.b) &* frame.u32(pc.c))
      case .i32MulImmediate:
        frame.put(pc.a, frame.u32(pc.b) &* UInt32(bitPattern: pc.c))
      case .i32And:
        frame.put(pc.a, frame.u32(pc.b) & frame.u32(pc.c))
      case .i32AndImmediate:
        frame.put(pc.a, frame.u32(pc.b) & UInt32(bitPattern: pc.c))
      case .i32Or:
        frame.put(pc.a, frame.u32(pc.b) | frame.u32(pc.c))
      case .i32OrImmediate:
        frame.put(pc.a, frame.u32(pc.b) | UInt32(bitPattern: pc.c))
      case .i32Xor:
        frame.put(pc.a, frame.u32(pc.b) ^ frame.u32(pc.c))
      case .i32XorImmediate:
        frame.put(pc.a, frame.u32(pc.b) ^ UInt32(bitPattern: pc.c))
      case .i32Shl:
        frame.put(pc.a, frame.u32(pc.b) &<< frame.u32(pc.c))
      case .i32ShlImmediate:
        frame.put(pc.a, frame.u32(pc.b) &<< UInt32(bitPattern: pc.c))
      case .i32ShrS:
        frame.put(pc.a, frame.i32(pc.b) &>> frame.i32(pc.c))
      case .i32ShrSImmediate:
        frame.put(pc.a, frame.i32(pc.b) &>> pc.c)
      case .i32ShrU:
        frame.put(pc.a, frame.u32(pc.b) &>> frame.u32(pc.c))
      case .i32ShrUImmediate:
        frame.put(pc.a, frame.u32(pc.b) &>> UInt32(bitPattern: pc.c))
      case .i32Rotl:
        frame.put(pc.a, rotateLeft(frame.u32(pc.b), frame.u32(pc.c)))
      case .i32RotlImmediate:
        frame.put(pc.a, rotateLeft(frame.u32(pc.b), UInt32(bitPattern: pc.c)))
      case .i32Rotr:
        frame.put(pc.a, rotateRight(frame.u32(pc.b), frame.u32(pc.c)))
      case .i32DivS:
        let right = frame.i32(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        let (quotient, overflow) = frame.i32(pc.b).dividedReportingOverflow(by: right)
        if overflow { return .trap(.integerOverflow, pc, frame) }
        frame.put(pc.a, quotient)
      case .i32DivU:
        let right = frame.u32(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        frame.put(pc.a, frame.u32(pc.b) / right)
      case .i32RemS:
        let right = frame.i32(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        frame.put(pc.a, right == -1 ? 0 : frame.i32(pc.b) % right)
      case .i32RemU:
        let right = frame.u32(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        frame.put(pc.a, frame.u32(pc.b) % right)
      case .i32Clz:
        frame.put(pc.a, UInt32(frame.u32(pc.b).leadingZeroBitCount))
      case .i32Ctz:
        frame.put(pc.a, UInt32(frame.u32(pc.b).trailingZeroBitCount))
      case .i32Popcnt:
        frame.put(pc.a, UInt32(frame.u32(pc.b).nonzeroBitCount))
      case .i64Eqz:
        frame.put(pc.a, frame.u64(pc.b) == 0)
      case .i64Eq:
        frame.put(pc.a, frame.u64(pc.b) == frame.u64(pc.c))
      case .i64EqImmediate:
        frame.put(pc.a, frame.u64(pc.b) == UInt64(bitPattern: Int64(pc.c)))
      case .i64Ne:
        frame.put(pc.a, frame.u64(pc.b) != frame.u64(pc.c))
      case .i64NeImmediate:
        frame.put(pc.a, frame.u64(pc.b) != UInt64(bitPattern: Int64(pc.c)))
      case .i64LtS:
        frame.put(pc.a, frame.i64(pc.b) < frame.i64(pc.c))
      case .i64LtSImmediate:
        frame.put(pc.a, frame.i64(pc.b) < Int64(pc.c))
      case .i64LtU:
        frame.put(pc.a, frame.u64(pc.b) < frame.u64(pc.c))
      case .i64LtUImmediate:
        frame.put(pc.a, frame.u64(pc.b) < UInt64(bitPattern: Int64(pc.c)))
      case .i64GtS:
        frame.put(pc.a, frame.i64(pc.b) > frame.i64(pc.c))
      case .i64GtSImmediate:
        frame.put(pc.a, frame.i64(pc.b) > Int64(pc.c))
      case .i64GtU:
        frame.put(pc.a, frame.u64(pc.b) > frame.u64(pc.c))
      case .i64GtUImmediate:
        frame.put(pc.a, frame.u64(pc.b) > UInt64(bitPattern: Int64(pc.c)))
      case .i64LeS:
        frame.put(pc.a, frame.i64(pc.b) <= frame.i64(pc.c))
      case .i64LeSImmediate:
        frame.put(pc.a, frame.i64(pc.b) <= Int64(pc.c))
      case .i64LeU:
        frame.put(pc.a, frame.u64(pc.b) <= frame.u64(pc.c))
      case .i64LeUImmediate:
        frame.put(pc.a, frame.u64(pc.b) <= UInt64(bitPattern: Int64(pc.c)))
      case .i64GeS:
        frame.put(pc.a, frame.i64(pc.b) >= frame.i64(pc.c))
      case .i64GeSImmediate:
        frame.put(pc.a, frame.i64(pc.b) >= Int64(pc.c))
      case .i64GeU:
        frame.put(pc.a, frame.u64(pc.b) >= frame.u64(pc.c))
      case .i64GeUImmediate:
        frame.put(pc.a, frame.u64(pc.b) >= UInt64(bitPattern: Int64(pc.c)))
      case .i64Add:
        frame.put(pc.a, frame.u64(pc.b) &+ frame.u64(pc.c))
      case .i64AddImmediate:
        frame.put(pc.a, frame.u64(pc.b) &+ UInt64(bitPattern: Int64(pc.c)))
      case .i64Sub:
        frame.put(pc.a, frame.u64(pc.b) &- frame.u64(pc.c))
      case .i64Mul:
        frame.put(pc.a, frame.u64(pc.b) &* frame.u64(pc.c))
      case .i64MulImmediate:
        frame.put(pc.a, frame.u64(pc.b) &* UInt64(bitPattern: Int64(pc.c)))
      case .i64And:
        frame.put(pc.a, frame.u64(pc.b) & frame.u64(pc.c))
      case .i64AndImmediate:
        frame.put(pc.a, frame.u64(pc.b) & UInt64(bitPattern: Int64(pc.c)))
      case .i64Or:
        frame.put(pc.a, frame.u64(pc.b) | frame.u64(pc.c))
      case .i64OrImmediate:
        frame.put(pc.a, frame.u64(pc.b) | UInt64(bitPattern: Int64(pc.c)))
      case .i64Xor:
        frame.put(pc.a, frame.u64(pc.b) ^ frame.u64(pc.c))
      case .i64XorImmediate:
        frame.put(pc.a, frame.u64(pc.b) ^ UInt64(bitPattern: Int64(pc.c)))
      case .i64Shl:
        frame.put(pc.a, frame.u64(pc.b) &<< frame.u64(pc.c))
      case .i64ShlImmediate:
        frame.put(pc.a, frame.u64(pc.b) &<< UInt64(bitPattern: Int64(pc.c)))
      case .i64ShrS:
        frame.put(pc.a, frame.i64(pc.b) &>> frame.i64(pc.c))
      case .i64ShrSImmediate:
        frame.put(pc.a, frame.i64(pc.b) &>> Int64(pc.c))
      case .i64ShrU:
        frame.put(pc.a, frame.u64(pc.b) &>> frame.u64(pc.c))
      case .i64ShrUImmediate:
        frame.put(pc.a, frame.u64(pc.b) &>> UInt64(bitPattern: Int64(pc.c)))
      case .i64Rotl:
        frame.put(pc.a, rotateLeft(frame.u64(pc.b), frame.u64(pc.c)))
      case .i64RotlImmediate:
        frame.put(pc.a, rotateLeft(frame.u64(pc.b), UInt64(bitPattern: Int64(pc.c))))
      case .i64Rotr:
        frame.put(pc.a, rotateRight(frame.u64(pc.b), frame.u64(pc.c)))
      case .i64DivS:
        let right = frame.i64(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        let (quotient, overflow) = frame.i64(pc.b).dividedReportingOverflow(by: right)
        if overflow { return .trap(.integerOverflow, pc, frame) }
        frame.put(pc.a, quotient)
      case .i64DivU:
        let right = frame.u64(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        frame.put(pc.a, frame.u64(pc.b) / right)
      case .i64RemS:
        let right = frame.i64(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        frame.put(pc.a, right == -1 ? 0 : frame.i64(pc.b) % right)
      case .i64RemU:
        let right = frame.u64(pc.c)
        if right == 0 { return .trap(.integerDivideByZero, pc, frame) }
        frame.put(pc.a, frame.u64(pc.b) % right)
      case .i64Clz:
        frame.put(pc.a, UInt64(frame.u64(pc.b).leadingZeroBitCount))
      case .i64Ctz:
        frame.put(pc.a, UInt64(frame.u64(pc.b).trailingZeroBitCount))
      case .i64Popcnt:
        frame.put(pc.a, UInt64(frame.u64(pc.b).nonzeroBitCount))
      case .f32Eq:
        frame.put(pc.a, frame.f32(pc.b) == frame.f32(pc.c))
      case .f32Ne:
        frame.put(pc.a, frame.f32(pc.b) != frame.f32(pc.c))
      case .f32Lt:
        frame.put(pc.a, frame.f32(pc.b) < frame.f32(pc.c))
      case .f32Gt:
        frame.put(pc.a, frame.f32(pc.b) > frame.f32(pc.c))
      case .f32Le:
        frame.put(pc.a, frame.f32(pc.b) <= frame.f32(pc.c))
      case .f32Ge:
        frame.put(pc.a, frame.f32(pc.b) >= frame.f32(pc.c))
      case .f32Abs:
        frame.put(pc.a, frame.u32(pc.b) & 0x7fff_ffff)
      case .f32Neg:
        frame.put(pc.a, frame.u32(pc.b) ^ 0x8000_0000)
      case .f32Ceil:
        frame.put(pc.a, Floating.rounded(frame.f32(pc.b), .up))
      case .f32Floor:
        frame.put(pc.a, Floating.rounded(frame.f32(pc.b), .down))
      case .f32Trunc:
        frame.put(pc.a, Floating.rounded(frame.f32(pc.b), .towardZero))
      case .f32Nearest:
        frame.put(pc.a, Floating.rounded(frame.f32(pc.b), .toNearestOrEven))
      case .f32Sqrt:
        frame.put(pc.a, frame.f32(pc.b).squareRoot())
      case .f32Add:
        frame.put(pc.a, frame.f32(pc.b) + frame.f32(pc.c))
      case .f32Sub:
        frame.put(pc.a, frame.f32(pc.b) - frame.f32(pc.c))
      case .f32Mul:
        frame.put(pc.a, frame.f32(pc.b) * frame.f32(pc.c))
      case .f32Div:
        frame.put(pc.a, frame.f32(pc.b) / frame.f32(pc.c))
      case .f32Min:
        frame.put(pc.a, Floating.minimum(frame.f32(pc.b), frame.f32(pc.c)))
      case .f32Max:
        frame.put(pc.a, Floating.maximum(frame.f32(pc.b), frame.f32(pc.c)))
      case .f32Copysign:
        frame.put(pc.a, (frame.u32(pc.b) & ~0x8000_0000) | (frame.u32(pc.c) & 0x8000_0000))
      case .f64Eq:
        frame.put(pc.a, frame.f64(pc.b) == frame.f64(pc.c))
      case .f64Ne:
        frame.put(pc.a, frame.f64(pc.b) != frame.f64(pc.c))
      case .f64Lt:
        frame.put(pc.a, frame.f64(pc.b) < frame.f64(pc.c))
      case .f64Gt:
        frame.put(pc.a, frame.f64(pc.b) > frame.f64(pc.c))
      case .f64Le:
        frame.put(pc.a, frame.f64(pc.b) <= frame.f64(pc.c))
      case .f64Ge:
        frame.put(pc.a, frame.f64(pc.b) >= frame.f64(pc.c))
      case .f64Abs:
        frame.put(pc.a, frame.u64(pc.b) & 0x7fff_ffff_ffff_ffff)
      case .f64Neg:
        frame.put(pc.a, frame.u64(pc.b) ^ 0x8000_0000_0000_0000)
      case .f64Ceil:
        frame.put(pc.a, Floating.rounded(frame.f64(pc.b), .up))
      case .f64Floor:
        frame.put(pc.a, Floating.rounded(frame.f64(pc.b), .down))
      case .f64Trunc:
        frame.put(pc.a, Floating.rounded(frame.f64(pc.b), .towardZero))
      case .f64Nearest:
        frame.put(pc.a, Floating.rounded(frame.f64(pc.b), .toNearestOrEven))
      case .f64Sqrt:
        frame.put(pc.a, frame.f64(pc.b).squareRoot())
      case .f64Add:
        frame.put(pc.a, frame.f64(pc.b) + frame.f64(pc.c))
      case .f64Sub:
        frame.put(pc.a, frame.f64(pc.b) - frame.f64(pc.c))
      case .f64Mul:
        frame.put(pc.a, frame.f64(pc.b) * frame.f64(pc.c))
      case .f64Div:
        frame.put(pc.a, frame.f64(pc.b) / frame.f64(pc.c))
      case .f64Min:
        frame.put(pc.a, Floating.minimum(frame.f64(pc.b), frame.f64(pc.c)))
      case .f64Max:
        frame.put(pc.a, Floating.maximum(frame.f64(pc.b), frame.f64(pc.c)))
      case .f64Copysign:
        frame.put(pc.a, (frame.u64(pc.b) & ~0x8000_0000_0000_0000) | (frame.u64(pc.c) & 0x8000_0000_0000_0000))
      case .i32WrapI64:
        frame.put(pc.a, frame.u32(pc.b))
      case .i64ExtendI32S:
        frame.put(pc.a, Int64(frame.i32(pc.b)))
      case .i64ExtendI32U:
        frame.put(pc.a, UInt64(frame.u32(pc.b)))
      case .i32TruncF32S:
        let value = Double(frame.f32(pc.b))
        guard let result = Floating.signed32(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i32TruncF32U:
        let value = Double(frame.f32(pc.b))
        guard let result = Floating.unsigned32(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i32TruncF64S:
        let value = Double(frame.f64(pc.b))
        guard let result = Floating.signed32(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i32TruncF64U:
        let value = Double(frame.f64(pc.b))
        guard let result = Floating.unsigned32(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i64TruncF32S:
        let value = Double(frame.f32(pc.b))
        guard let result = Floating.signed64(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i64TruncF32U:
        let value = Double(frame.f32(pc.b))
        guard let result = Floating.unsigned64(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i64TruncF64S:
        let value = Double(frame.f64(pc.b))
        guard let result = Floating.signed64(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i64TruncF64U:
        let value = Double(frame.f64(pc.b))
        guard let result = Floating.unsigned64(value) else {
          return .trap(value.isNaN ? .invalidConversion : .integerOverflow, pc, frame)
        }
        frame.put(pc.a, result)
      case .i32TruncSatF32S:
        frame.put(pc.a, Floating.saturated(Double(frame.f32(pc.b)), Int32.self))
      case .i32TruncSatF32U:
        frame.put(pc.a, Floating.saturated(Double(frame.f32(pc.b)), UInt32.self))
      case .i32TruncSatF64S:
        frame.put(pc.a, Floating.saturated(Double(frame.f64(pc.b)), Int32.self))
      case .i32TruncSatF64U:
        frame.put(pc.a, Floating.saturated(Double(frame.f64(pc.b)), UInt32.self))
      case .i64TruncSatF32S:
        frame.put(pc.a, Floating.saturated(Double(frame.f32(pc.b)), Int64.self))
      case .i64TruncSatF32U:
        frame.put(pc.a, Floating.saturated(Double(frame.f32(pc.b)), UInt64.self))
      case .i64TruncSatF64S:
        frame.put(pc.a, Floating.saturated(Double(frame.f64(pc.b)), Int64.self))
      case .i64TruncSatF64U:
        frame.put(pc.a, Floating.saturated(Double(frame.f64(pc.b)), UInt64.self))
      case .f32ConvertI32S:
        frame.put(pc.a, Float(frame.i32(pc.b)))
      case .f32ConvertI32U:
        frame.put(pc.a, Float(frame.u32(pc.b)))
      case .f32ConvertI64S:
        frame.put(pc.a, Float(frame.i64(pc.b)))
      case .f32ConvertI64U:
        frame.put(pc.a, Float(frame.u64(pc.b)))
      case .f32DemoteF64:
        frame.put(pc.a, Float(frame.f64(pc.b)))
      case .f64ConvertI32S:
        frame.put(pc.a, Double(frame.i32(pc.b)))
      case .f64ConvertI32U:
        frame.put(pc.a, Double(frame.u32(pc.b)))
      case .f64ConvertI64S:
        frame.put(pc.a, Double(frame.i64(pc.b)))
      case .f64ConvertI64U:
        frame.put(pc.a, Double(frame.u64(pc.b)))
      case .f64PromoteF32:
        frame.put(pc.a, Double(frame.f32(pc.b)))
      case .i32Extend8S:
        frame.put(pc.a, Int32(Int8(truncatingIfNeeded: frame.u32(pc.b))))
      case .i32Extend16S:
        frame.put(pc.a, Int32(Int16(truncatingIfNeeded: frame.u32(pc.b))))
      case .i64Extend8S:
        frame.put(pc.a, Int64(Int8(truncatingIfNeeded: frame.u64(pc.b))))
      case .i64Extend16S:
        frame.put(pc.a, Int64(Int16(truncatingIfNeeded: frame.u64(pc.b))))
      case .i64Extend32S:
        frame.put(pc.a, Int64(Int32(truncatingIfNeeded: frame.u64(pc.b))))
      case .refIsNull:
        frame.put(pc.a, frame.u64(pc.b) == 0)
      case .i32Load:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 4) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, memory.load(address, as: UInt32.self))
      case .i64Load:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 8) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, memory.load(address, as: UInt64.self))
      case .v128Load:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 16) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.putVector(pc.a, memory.load(address, as: SIMD2<UInt64>.self))
      case .i32Load8S:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 1) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, Int32(memory.load(address, as: Int8.self)))
      case .i32Load8U:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 1) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, UInt32(memory.load(address, as: UInt8.self)))
      case .i32Load16S:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 2) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, Int32(memory.load(address, as: Int16.self)))
      case .i32Load16U:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 2) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, UInt32(memory.load(address, as: UInt16.self)))
      case .i64Load8S:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 1) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, Int64(memory.load(address, as: Int8.self)))
      case .i64Load16S:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 2) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, Int64(memory.load(address, as: Int16.self)))
      case .i64Load32S:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 4) else { return .trap(.memoryOutOfBounds, pc, frame) }
        frame.put(pc.a, Int64(memory.load(address, as: Int32.self)))
      case .i32Store:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 4) else { return .trap(.memoryOutOfBounds, pc, frame) }
        memory.store(address, UInt32(truncatingIfNeeded: frame[pc.a]))
      case .i64Store:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 8) else { return .trap(.memoryOutOfBounds, pc, frame) }
        memory.store(address, UInt64(truncatingIfNeeded: frame[pc.a]))
      case .v128Store:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 16) else { return .trap(.memoryOutOfBounds, pc, frame) }
        memory.store(address, frame.vector(pc.a, as: SIMD2<UInt64>.self))
      case .i32Store8:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 1) else { return .trap(.memoryOutOfBounds, pc, frame) }
        memory.store(address, UInt8(truncatingIfNeeded: frame[pc.a]))
      case .i32Store16:
        let address = UInt64(frame.u32(pc.b)) &+ UInt64(UInt32(bitPattern: pc.c))
        guard memory.holds(address, 2) else { return .trap(.memoryOutOfBounds, pc, frame) }
        memory.store(address, UInt16(truncatingIfNeeded: frame[pc.a]))
      case .branchI32Eq:
        if frame.u32(pc.a) == frame.u32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32EqImmediate:
        if frame.u32(pc.a) == UInt32(bitPattern: pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32Ne:
        if frame.u32(pc.a) != frame.u32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32NeImmediate:
        if frame.u32(pc.a) != UInt32(bitPattern: pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LtS:
        if frame.i32(pc.a) < frame.i32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LtSImmediate:
        if frame.i32(pc.a) < pc.b {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LtU:
        if frame.u32(pc.a) < frame.u32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LtUImmediate:
        if frame.u32(pc.a) < UInt32(bitPattern: pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GtS:
        if frame.i32(pc.a) > frame.i32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GtSImmediate:
        if frame.i32(pc.a) > pc.b {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GtU:
        if frame.u32(pc.a) > frame.u32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GtUImmediate:
        if frame.u32(pc.a) > UInt32(bitPattern: pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LeS:
        if frame.i32(pc.a) <= frame.i32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LeSImmediate:
        if frame.i32(pc.a) <= pc.b {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LeU:
        if frame.u32(pc.a) <= frame.u32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32LeUImmediate:
        if frame.u32(pc.a) <= UInt32(bitPattern: pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GeS:
        if frame.i32(pc.a) >= frame.i32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GeSImmediate:
        if frame.i32(pc.a) >= pc.b {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GeU:
        if frame.u32(pc.a) >= frame.u32(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI32GeUImmediate:
        if frame.u32(pc.a) >= UInt32(bitPattern: pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64Eq:
        if frame.u64(pc.a) == frame.u64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64EqImmediate:
        if frame.u64(pc.a) == UInt64(bitPattern: Int64(pc.b)) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64Ne:
        if frame.u64(pc.a) != frame.u64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64NeImmediate:
        if frame.u64(pc.a) != UInt64(bitPattern: Int64(pc.b)) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LtS:
        if frame.i64(pc.a) < frame.i64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LtSImmediate:
        if frame.i64(pc.a) < Int64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LtU:
        if frame.u64(pc.a) < frame.u64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LtUImmediate:
        if frame.u64(pc.a) < UInt64(bitPattern: Int64(pc.b)) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GtS:
        if frame.i64(pc.a) > frame.i64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GtSImmediate:
        if frame.i64(pc.a) > Int64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GtU:
        if frame.u64(pc.a) > frame.u64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GtUImmediate:
        if frame.u64(pc.a) > UInt64(bitPattern: Int64(pc.b)) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LeS:
        if frame.i64(pc.a) <= frame.i64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LeSImmediate:
        if frame.i64(pc.a) <= Int64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LeU:
        if frame.u64(pc.a) <= frame.u64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64LeUImmediate:
        if frame.u64(pc.a) <= UInt64(bitPattern: Int64(pc.b)) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GeS:
        if frame.i64(pc.a) >= frame.i64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GeSImmediate:
        if frame.i64(pc.a) >= Int64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GeU:
        if frame.u64(pc.a) >= frame.u64(pc.b) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchI64GeUImmediate:
        if frame.u64(pc.a) >= UInt64(bitPattern: Int64(pc.b)) {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchIf:
        if frame.u32(pc.a) != 0 {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchUnless:
        if frame.u32(pc.a) == 0 {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchIf64:
        if frame[pc.a] != 0 {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      case .branchUnless64:
        if frame[pc.a] == 0 {
          let distance = pc.c
          pc = pc.advanced(by: distance)
          if distance <= 0 {
            budget &-= 1
            if budget < 0 {
              budget = refill()
              if budget < 0 { return .trap(budget == -1 ? .interrupted : .outOfFuel, pc, frame) }
            }
          }
          continue
        }
      }
      pc = pc.advanced(by: 1)
    }
  }

  @inline(__always) func rotateLeft<T: FixedWidthInteger>(_ value: T, _ count: T) -> T {
    (value &<< count) | (value &>> (0 &- count))
  }

  @inline(__always) func rotateRight<T: FixedWidthInteger>(_ value: T, _ count: T) -> T {
    (value &>> count) | (value &<< (0 &- count))
  }
}
