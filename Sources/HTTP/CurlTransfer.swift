import CCurl
import Effects
import Glibc

/// One easy handle and the buffers that libcurl reads from and writes to while it runs.
final class CurlTransfer {
    private(set) var easy: UnsafeMutableRawPointer?
    private(set) var origin: Origin?
    private var proxy: Proxy?
    private(set) var started = Instant(sinceStart: .zero)
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    fileprivate var headers: [Header] = []
    fileprivate var body: [UInt8] = []
    fileprivate var room = 0

    /// Bytes that are read from a socket at once: a page of a log has two million. libcurl asks for them while it reads.
    private static let receiveSize = 131_072

    init() {
        easy = awsjob_easy_init()
    }

    deinit {
        close()
        errorText.deallocate()
    }

    func close() {
        if let easy { awsjob_easy_cleanup(easy) }
        easy = nil
        freeLists()
    }

    private func freeLists() {
        lists.forEach { awsjob_list_free($0) }
        lists = []
    }

    /// `address`: connect there (an IP address), whatever DNS would say.
    func prepare(_ request: Request, authorities: String?, address: String?, proxy: Proxy?, now: Instant) {
        guard let easy else { return }
        awsjob_easy_reset(easy)
        freeLists()
        (headers, body, room) = ([], [], request.limits.body)
        (origin, self.proxy, started) = (request.origin, proxy, now)
        errorText.pointee = 0
        setTarget(easy, request)
        setLimits(easy, request.limits)
        setTrust(easy, authorities)
        // Said for every request: where nothing is said, libcurl reads the environment by rules of its own.
        awsjob_set_string(easy, CURLOPT_PROXY, proxy?.url ?? "")
        awsjob_set_string(easy, CURLOPT_NOPROXY, "")
        if let address, let list = Self.list(["::\(address.contains(":") ? "[\(address)]" : address):\(request.origin.effectivePort)"]) {
            lists.append(list)
            awsjob_set_list(easy, CURLOPT_CONNECT_TO, list)
        }
        if address != nil || request.limits.avoidsKeptConnection { awsjob_set_long(easy, CURLOPT_FRESH_CONNECT, 1) }
        let me = Unmanaged.passUnretained(self).toOpaque()
        awsjob_set_pointer(easy, CURLOPT_HEADERDATA, me)
        awsjob_set_callback(easy, CURLOPT_HEADERFUNCTION, receiveHeader)
        awsjob_set_pointer(easy, CURLOPT_WRITEDATA, me)
        awsjob_set_callback(easy, CURLOPT_WRITEFUNCTION, receiveBody)
        awsjob_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    private func setTarget(_ easy: UnsafeMutableRawPointer, _ request: Request) {
        awsjob_set_string(easy, CURLOPT_URL, request.url)
        awsjob_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        awsjob_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        if request.method != "GET" || !request.body.isEmpty {
            awsjob_set_long(easy, CURLOPT_POST, 1)
            awsjob_set_long(easy, CURLOPT_POSTFIELDSIZE, request.body.count)
            if request.body.isEmpty {
                awsjob_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
            } else {
                request.body.withUnsafeBytes { bytes in
                    awsjob_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
                }
            }
            awsjob_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        }
        // No "Expect: 100-continue", and no Content-Type that was not signed.
        let lines = request.headers.map { "\($0.name): \($0.value)" } + ["Expect:", "Accept:"]
        let hasType = request.headers.contains { $0.name.lowercased() == "content-type" }
        if let list = Self.list(lines + (hasType ? [] : ["Content-Type:"])) {
            lists.append(list)
            awsjob_set_list(easy, CURLOPT_HTTPHEADER, list)
        }
    }

    private func setLimits(_ easy: UnsafeMutableRawPointer, _ limits: Request.Limits) {
        awsjob_set_long(easy, CURLOPT_NOSIGNAL, 1)
        awsjob_set_quick_exit(easy)
        awsjob_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        awsjob_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connect.milliseconds))
        awsjob_set_long(easy, CURLOPT_TIMEOUT_MS, Int(limits.total.milliseconds))
        awsjob_set_long(easy, CURLOPT_BUFFERSIZE, Self.receiveSize)
    }

    private func setTrust(_ easy: UnsafeMutableRawPointer, _ authorities: String?) {
        awsjob_allow_http_and_https(easy)
        awsjob_set_long(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        awsjob_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        awsjob_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        if let authorities { awsjob_set_string(easy, CURLOPT_CAINFO, authorities) }
    }

    private static func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        lines.reduce(nil) { list, line in awsjob_list_append(list, line) ?? list }
    }

    fileprivate var contentLength: Int? { headers.last { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } }

    /// The IP address that this transfer spoke to.
    var address: String? {
        guard let easy, let text = awsjob_info_string(easy, CURLINFO_PRIMARY_IP) else { return nil }
        let address = String(cString: text)
        return address.isEmpty ? nil : address
    }

    /// False while names are resolved and connections made, through a proxy too: its tunnel is asked for in a request of its own.
    var mayHaveBeenSent: Bool {
        guard let easy, awsjob_info_long(easy, CURLINFO_REQUEST_SIZE) > 0 else { return false }
        let isInTunnel = proxy != nil && origin?.scheme == "https" && awsjob_info_long(easy, CURLINFO_NUM_CONNECTS) > 0
        return !isInTunnel || awsjob_info_offset(easy, CURLINFO_APPCONNECT_TIME_T) > 0
    }

    func result(_ code: CURLcode) -> Result<Response, TransportError> {
        guard let easy else { return .failure(TransportError(.invalidRequest, "no handle", mayHaveBeenSent: false)) }
        if code == CURLE_OK {
            return .success(Response(status: awsjob_info_long(easy, CURLINFO_RESPONSE_CODE), headers: headers, body: body))
        }
        let words = String(cString: errorText)
        let detail = (words.isEmpty ? String(cString: awsjob_easy_error(code)) : words).filter { !$0.isNewline }
        guard let proxy else { return .failure(TransportError(kind(code), detail, mayHaveBeenSent: mayHaveBeenSent)) }
        let status = awsjob_info_long(easy, CURLINFO_HTTP_CONNECTCODE)
        if status != 0, status / 100 != 2 {
            let kind = [502, 503, 504].contains(status) ? TransportError.Kind.connect : .proxy
            return .failure(TransportError(kind, "proxy \(proxy) answered CONNECT with HTTP \(status)", mayHaveBeenSent: false))
        }
        // libcurl quotes a proxy that it cannot read, password and all.
        let shown = detail.replacing(proxy.url, with: proxy.description)
        return .failure(TransportError(kind(code), "through proxy \(proxy): \(shown)", mayHaveBeenSent: mayHaveBeenSent))
    }

    private func kind(_ code: CURLcode) -> TransportError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: .resolve
        case CURLE_COULDNT_RESOLVE_PROXY: .proxy
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_OPERATION_TIMEDOUT: mayHaveBeenSent ? .timeout : .connect
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: .untrustedCertificate
        case CURLE_SSL_CONNECT_ERROR: .tls
        case CURLE_WRITE_ERROR: .bodyTooLarge
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
        default: .brokenConnection
        }
    }
}

private func receiveHeader(_ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?) -> Int {
    guard let data, let user else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
    let line = String(decoding: UnsafeRawBufferPointer(start: data, count: size * count), as: UTF8.self)
    if line.hasPrefix("HTTP/") {
        // A new status line: what came before was an interim reply (RFC 9110 section 15.2) or the proxy's.
        transfer.headers = []
    } else if let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        transfer.headers.append(Header(String(line[..<colon]), String(value.reversed().drop { $0.isWhitespace }.reversed())))
    }
    return size * count
}

private func receiveBody(_ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?) -> Int {
    guard let data, let user else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
    guard transfer.body.count + size * count <= transfer.room else { return 0 }
    if transfer.body.isEmpty, let length = transfer.contentLength { transfer.body.reserveCapacity(min(length, transfer.room)) }
    transfer.body += UnsafeRawBufferPointer(start: data, count: size * count)
    return size * count
}
