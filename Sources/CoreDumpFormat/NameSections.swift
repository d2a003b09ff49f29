import ByteCursor
import WasmBinary

/// The names in a `coremodules` section, and how far they could be read.
struct ModuleNames {
  var names: [String] = []
  /// Whether the names lack their lengths, as WasmEdge writes them.
  var lackLengths = false
  var problem: ReadError?

  /// Reads the section (`coremodules ::= vec(0x00 module-name:name)`).
  init(_ section: Section, limits: Limits) {
    var cursor = section.contents.cursor()
    do throws(ReadError) {
      let count = try cursor.uleb32()
      for _ in 0..<count {
        guard names.count < limits.dumpEntries else { throw cursor.error(.overLimit, value: UInt64(count)) }
        names.append(try cursor.recordName())
      }
      guard !cursor.isAtEnd else { return }
      problem = cursor.error(.trailingBytes)
    } catch { problem = error }
    // One module, a 0 byte, and the rest of the section is its name.
    guard !section.isTruncated else { return }
    var again = section.contents.cursor()
    guard (try? again.uleb32()) == 1, (try? again.u8()) == 0, let name = again.rest().validString else { return }
    names = [name]
    lackLengths = true
    problem = nil
  }
}

extension CoreDump.Instance {
  /// Reads a `coreinstances` section
  /// (`vec(0x00 moduleidx:u32 memories:vec(u32) globals:vec(u32))`): the instances before the first that cannot be
  /// read, and why it cannot.
  static func read(_ section: Section, limits: Limits) -> ([CoreDump.Instance], ReadError?) {
    var instances: [CoreDump.Instance] = []
    var entries = 0
    var cursor = section.contents.cursor()
    func indices(_ cursor: inout Cursor) throws(ReadError) -> [UInt32?] {
      let count = try cursor.uleb32()
      var list: [UInt32?] = []
      list.reserveCapacity(min(Int(count), cursor.remaining))
      for _ in 0..<count {
        entries += 1
        guard entries <= limits.dumpEntries else { throw cursor.error(.overLimit, value: UInt64(count)) }
        let index = try cursor.uleb32()
        list.append(index == .max ? nil : index)
      }
      return list
    }
    do throws(ReadError) {
      let count = try cursor.uleb32()
      for _ in 0..<count {
        entries += 1
        let kind = try cursor.u8()
        guard kind == 0 else { throw cursor.error(.unknownRecordKind, value: UInt64(kind)) }
        guard entries <= limits.dumpEntries else { throw cursor.error(.overLimit, value: UInt64(count)) }
        let module = Int(try cursor.uleb32())
        let memories = try indices(&cursor)
        instances.append(CoreDump.Instance(module: module, memories: memories, globals: try indices(&cursor)))
      }
      return (instances, cursor.isAtEnd ? nil : cursor.error(.trailingBytes))
    } catch {
      return (instances, error)
    }
  }
}
