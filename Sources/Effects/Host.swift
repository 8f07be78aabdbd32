import Glibc

/// The name of this machine, as its kernel has it.
package func hostName() -> String {
    var system = utsname()
    guard uname(&system) == 0 else { return "unknown" }
    return withUnsafeBytes(of: system.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

/// Of this boot of the machine; empty where the kernel does not tell.
package func bootID() -> String {
    let bytes = try? SystemFiles().read("/proc/sys/kernel/random/boot_id", limit: 64)
    return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
}
