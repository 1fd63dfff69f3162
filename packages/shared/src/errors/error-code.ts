/** What the rest of the world sees of one failure: its title, where it surfaces and what to do. */
interface ErrorRow {
  readonly title: string
  /** HTTP status, where a server answers with it. */
  readonly status: number
  /** Exit code of a command, by sysexits(3). */
  readonly exit: number
  /** Whether the same call may succeed later with nothing changed. */
  readonly retry: boolean
  /** What an operator can do next. */
  readonly hint: string
}

const row = (title: string, [status, exit, retry]: readonly [number, number, 'retry' | 'final'], hint: string): ErrorRow => ({ title, status, exit, retry: retry === 'retry', hint })

const REQUEST = [400, 65, 'final'] as const
const AUTHENTICATION = [401, 77, 'final'] as const
const POLICY = [403, 77, 'final'] as const
const CONFLICT = [409, 65, 'final'] as const
const UNAVAILABLE = [503, 69, 'retry'] as const
const TRUST = [502, 76, 'final'] as const
const REMOTE = [502, 75, 'retry'] as const
const CONFIG = [500, 78, 'final'] as const
const STORAGE = [503, 74, 'retry'] as const
const DAMAGE = [500, 74, 'final'] as const
const USAGE = [400, 64, 'final'] as const

/** Every failure the programs can report. Codes are stable; nothing else maps a code to anything. */
export const ERROR_CODES = {
  ERR_USAGE: row('wrong usage', USAGE, 'see --help'),
  ERR_BODY_INVALID: row('invalid request body', REQUEST, 'the client and the server may be of different versions'),
  ERR_BODY_TOO_LARGE: row('request body too large', [413, 65, 'final'], 'no request of easycerts is this large'),
  ERR_REQUEST_MALFORMED: row('malformed HTTP request', REQUEST, 'something other than HTTP 1.1 of a client of easycerts arrived'),
  ERR_HEADERS_TOO_LARGE: row('request header too large', [431, 65, 'final'], 'no request of easycerts has headers this large'),
  ERR_MEDIA_TYPE_UNSUPPORTED: row('media type not supported', [415, 65, 'final'], 'send the body as application/json'),
  ERR_METHOD_NOT_ALLOWED: row('method not allowed', [405, 65, 'final'], 'the header Allow lists the methods of this endpoint'),
  ERR_REQUEST_TIMEOUT: row('request took too long to arrive', [408, 75, 'retry'], 'is the network slow or lossy? try again'),
  ERR_DEADLINE_EXCEEDED: row('no answer in time', [503, 75, 'retry'], 'the server is busy; try again, with the same Idempotency-Key'),
  ERR_SERVER_STOPPING: row('server is stopping', [503, 75, 'retry'], 'it will be back, or use another endpoint'),
  ERR_RATE_LIMITED: row('too many requests', [429, 75, 'retry'], 'wait as long as the header Retry-After says; see "limits" in ca-server.yaml'),
  ERR_IDEMPOTENCY_KEY_REUSED: row('idempotency key belongs to another request', [422, 65, 'final'], 'use a new Idempotency-Key for each request, and the same one only to repeat it'),
  ERR_ROUTE_UNKNOWN: row('no such endpoint', [404, 65, 'final'], 'the client and the server may be of different versions, or this is another listener'),
  ERR_DER_MALFORMED: row('malformed DER', REQUEST, 'the input is damaged or was not made by a standard tool'),
  ERR_PEM_MALFORMED: row('malformed PEM', REQUEST, 'the file is damaged or holds something else'),
  ERR_CSR_MALFORMED: row('malformed certificate request', REQUEST, 'make a new request with openssl req or node-join'),
  ERR_CSR_SIGNATURE_INVALID: row('certificate request not signed by its own key', REQUEST, 'the request was changed on its way, or made with another key'),
  ERR_CSR_ALGORITHM_REJECTED: row('signature algorithm not acceptable', REQUEST, 'sign the request with SHA-256, SHA-384 or SHA-512, as openssl req does unless told otherwise'),
  ERR_CSR_KEY_REJECTED: row('key not acceptable', REQUEST, 'use P-256, P-384, Ed25519, or RSA of 2048, 3072 or 4096 bits'),
  ERR_NAME_INVALID: row('invalid name', REQUEST, 'node names are lower-case DNS names (RFC 1123)'),
  ERR_DURATION_INVALID: row('invalid duration', REQUEST, 'write a number and a unit: 90s, 15m, 72h, 30d'),
  ERR_TICKET_MALFORMED: row('not a ticket', REQUEST, 'paste the whole line that "ca-server ticket create" printed'),
  ERR_TICKET_DAMAGED: row('damaged ticket', REQUEST, 'some characters were lost or changed; copy the ticket again'),
  ERR_TICKET_UNKNOWN: row('unknown ticket', AUTHENTICATION, 'make a new one with "ca-server ticket create"'),
  ERR_TICKET_EXPIRED: row('expired ticket', AUTHENTICATION, 'make a new one with "ca-server ticket create", with a longer --ttl if need be'),
  ERR_TICKET_REVOKED: row('revoked ticket', AUTHENTICATION, 'ask the operator of the CA why; make a new one with "ca-server ticket create"'),
  ERR_TICKET_SPENT: row('ticket already used', AUTHENTICATION, 'if another machine used it, find out which; make a new ticket for this one'),
  ERR_TICKET_KEY_REFUSED: row('ticket is bound to another key', AUTHENTICATION, 'join with the key or the request that the ticket was made for; "node-join request" prints the pin of this machine’s'),
  ERR_TICKET_SIGNATURE_INVALID: row('ticket proof does not verify', AUTHENTICATION, 'the ticket belongs to another CA, or something sits between this node and the CA'),
  ERR_APITOKEN_MALFORMED: row('not a token of easyCerts', [400, 1, 'final'], 'on the master, "sudo cat /var/lib/kubernetes/secrets/apitoken.secret" prints it: 32 hexadecimal digits'),
  ERR_APITOKEN_REFUSED: row('CA does not take this token', AUTHENTICATION, 'on the master, "sudo cat /var/lib/kubernetes/secrets/apitoken.secret" prints the right one; nothing was changed'),
  ERR_APITOKEN_OF_CA: row('the token of the CA itself is another one', CONFLICT, 'this is the machine of the CA, whose own token is never overwritten; nothing was changed'),
  ERR_CA_UNPROVEN: row('nothing says which CA to trust', TRUST, 'give --ca-file, or --ca-pin with the pin of the CA; see "node-join --help"'),
  ERR_NOT_ROOT: row('only root may do this', [403, 1, 'final'], 'run it with sudo'),
  ERR_NODE_NAME_MISMATCH: row('ticket is for another node', POLICY, 'use the ticket made for this node, or drop --node'),
  ERR_CLIENT_CERTIFICATE_REQUIRED: row('client certificate required', AUTHENTICATION, 'join the node first: node-join < ticket'),
  ERR_IDENTITY_UNKNOWN: row('identity not known to this CA', AUTHENTICATION, 'join the node again with a new ticket'),
  ERR_IDENTITY_SUPERSEDED: row('identity superseded by a newer one', AUTHENTICATION, 'another process or a copy of this node renewed it'),
  ERR_IDENTITY_REVOKED: row('identity revoked', AUTHENTICATION, 'ask the operator of the CA why; the node joins again with a new ticket'),
  ERR_IDENTITY_FORKED: row('identity used by two holders', AUTHENTICATION, 'find out who has a copy of its key; then "ca-server node recover" makes a ticket for a new key'),
  ERR_NODE_CHANGE_GONE: row('no such change of a node', CONFLICT, 'see "ca-server node changes" for what nodes ask for now'),
  ERR_NODE_UNKNOWN: row('unknown node', [404, 65, 'final'], 'see "ca-server node list"'),
  ERR_NODE_QUARANTINED: row('node is quarantined', POLICY, 'ask the operator of the CA why; "ca-server node recover" ends it with a ticket for a new key'),
  ERR_NODE_REMOVED: row('node was removed', AUTHENTICATION, 'join it again with a new ticket'),
  ERR_RETURN_REFUSED: row('return after absence refused', POLICY, 'join the node again with a new ticket, made with --replace; see "absence" in ca-server.yaml'),
  ERR_RETURN_PROOF_INVALID: row('proof of the return does not verify', AUTHENTICATION, 'the proof was made for another connection, or with another key'),
  ERR_CERTIFICATE_UNKNOWN: row('unknown certificate', [404, 65, 'final'], 'see "ca-server certificate list" for serial numbers and issuers'),
  ERR_PROFILE_UNKNOWN: row('unknown profile', POLICY, 'the role of the node decides which profiles it gets'),
  ERR_PROFILE_NOT_PERMITTED: row('profile not permitted', POLICY, 'the role of the node decides which profiles it gets'),
  ERR_REQUESTER_NOT_PERMITTED: row('requester not permitted', POLICY, 'this needs another kind of identity: a node, an operator certificate, or the socket on the CA host'),
  ERR_SUBJECT_NOT_PERMITTED: row('subject not permitted', POLICY, 'leave the subject of the request empty: the CA builds it'),
  ERR_SAN_NOT_PERMITTED: row('subject alternative name not permitted', POLICY, 'add the name or address to the ticket with --name or --address'),
  ERR_EXTENSION_NOT_PERMITTED: row('requested extension not permitted', POLICY, 'the CA decides on extensions; ask for none but subjectAltName'),
  ERR_VALIDITY_NOT_PERMITTED: row('lifetime not permitted', POLICY, 'ask for a shorter --ttl'),
  ERR_NAME_RESERVED: row('name reserved for the CA', POLICY, 'names and addresses of the CA and of kube-apiserver go to masters only'),
  ERR_LINT_FAILED: row('certificate fails lint', POLICY, 'the profile or the names are wrong; nothing was signed'),
  ERR_NODE_EXISTS: row('node has joined already', CONFLICT, 'use --replace to let a new key take the place of the old one'),
  ERR_ALREADY_INITIALISED: row('data directory already initialised', CONFLICT, 'nothing was changed; start it with "ca-server serve"'),
  ERR_NOT_INITIALISED: row('data directory not initialised', CONFIG, 'run "ca-server init" first'),
  ERR_DATA_DIRECTORY_BROKEN: row('data directory is broken', CONFIG, 'restore it from a backup; nothing was changed'),
  ERR_DATA_DIRECTORY_TOO_OPEN: row('file permissions too open', CONFIG, 'chmod go-rwx the file named above, and find out who could read it'),
  ERR_PASSPHRASE_REQUIRED: row('passphrase required', CONFIG, 'give --passphrase-file FILE, or start under systemd with the sealed credential'),
  ERR_PASSPHRASE_WRONG: row('passphrase does not open the keys', CONFIG, 'use the passphrase given to "ca-server init"'),
  ERR_SERVER_RUNNING: row('another process uses this directory', CONFLICT, 'stop the other process first'),
  ERR_SERVER_NOT_RUNNING: row('ca-server is not running', [503, 69, 'retry'], 'start it with "ca-server serve", as the same user'),
  ERR_ISSUER_AWAITED: row('issuer awaits its certificate', CONFIG, 'have the requests signed by the root, then run "ca-server issuer install FILE..."'),
  ERR_ISSUER_NOT_ACCEPTED: row('certificate or key not acceptable for an issuer', REQUEST, 'nothing was changed; see docs/keys.md for what an issuer must be'),
  ERR_PKCS11_MODULE: row('PKCS#11 module cannot be used', CONFIG, 'is the path right, and is the npm package pkcs11js installed?'),
  ERR_PKCS11_UNAVAILABLE: row('PKCS#11 token cannot be used', UNAVAILABLE, 'is the token there? a running server goes on by itself once it is back'),
  ERR_PKCS11_PIN_REFUSED: row('PKCS#11 token refuses the PIN', [503, 78, 'final'], 'correct the PIN and start again; it is tried once only, for tokens lock themselves'),
  ERR_ISSUER_EXPIRES_FIRST: row('issuer expires too soon', UNAVAILABLE, 'renew the issuer'),
  ERR_PIN_MISMATCH: row('CA is not the one the ticket names', TRUST, 'the ticket is of another CA, or somebody sits between this node and the CA'),
  ERR_CHAIN_INVALID: row('certificate chain does not verify', TRUST, 'something sits between this node and the CA, or the CA is misconfigured'),
  ERR_CLOCK_WRONG: row('clock of this machine is wrong', TRUST, 'set the clock (timedatectl set-ntp true) and run again'),
  ERR_CLOCK_BACKWARDS: row('clock of the CA went backwards', UNAVAILABLE, 'correct the clock of the CA host; if it is right now, run "ca-server clock accept" there'),
  ERR_CLOCK_JUMPED: row('clock of the CA jumped forward', UNAVAILABLE, 'correct the clock of the CA host; if it is right now, run "ca-server clock accept" there'),
  ERR_CERTIFICATE_EXPIRED: row('certificate expired', TRUST, 'certmgr asks the CA to take the node back, which it does for some time; else join the node again with a new ticket'),
  ERR_KEY_MISMATCH: row('key and certificate do not match', TRUST, 'remove both files and run certmgr again'),
  ERR_CA_UNREACHABLE: row('CA cannot be reached', REMOTE, 'is ca-server running, and is its port open to this node?'),
  ERR_CA_TIMEOUT: row('CA did not answer in time', REMOTE, 'is ca-server running, and is its port open to this node?'),
  ERR_CA_REPLY_INVALID: row('CA answered something unexpected', [502, 76, 'final'], 'the versions of the two programs may differ'),
  ERR_CONFIG_UNREADABLE: row('configuration cannot be read', CONFIG, 'does the file exist, and may this user read it?'),
  ERR_CONFIG_INVALID: row('configuration is invalid', CONFIG, 'correct the places named above'),
  ERR_NOT_JOINED: row('this node has not joined', CONFIG, 'run node-join < ticket first'),
  ERR_NODE_NOT_WELL: row('something is wrong with this node', [500, 75, 'final'], 'look at the lines that begin with "wrong"; "certmgr status" says what is being done'),
  ERR_RESET_UNFINISHED: row('a reset was cut short', CONFIG, 'run "node-join reset" again to finish it'),
  ERR_STORE_UNAVAILABLE: row('database cannot be written', STORAGE, 'is the disk full or read-only? nothing was issued'),
  ERR_STORE_CORRUPT: row('database is damaged', DAMAGE, 'copy the data directory away first, then see docs/recovery.md: the last backup restores it'),
  ERR_BACKUP_RECIPIENT_INVALID: row('not a backup recipient', CONFIG, 'a recipient is one line that begins with age1: "ca-server backup keygen" or age-keygen prints one'),
  ERR_BACKUP_RECIPIENT_MISSING: row('no backup recipient', CONFIG, 'put the line of "ca-server backup keygen" under backup: recipients: in ca-server.yaml, or give --recipient'),
  ERR_BACKUP_IDENTITY_WRONG: row('backup is encrypted to another recipient', [400, 65, 'final'], 'use the identity file whose recipient was set when the backup was made'),
  ERR_BACKUP_DAMAGED: row('backup is damaged', [400, 65, 'final'], 'nothing was written; use another copy or an older backup'),
  ERR_EXPIRATION_NEAR: row('something expires soon', [500, 69, 'final'], 'look at the lines that are not ok: certmgr renews the certificates of nodes by itself while it reaches the CA'),
  ERR_IDENTITY_UNRECORDED: row(
    'identity is newer than the restored records',
    [401, 77, 'final'],
    'the node shows the proof that it kept, and certmgr does so by itself; without one, join it again with a new ticket',
  ),
  ERR_FILE_UNREADABLE: row('file cannot be read', [500, 66, 'final'], 'does the file exist, and may this user read it?'),
  ERR_FILE_NOT_WRITABLE: row('file cannot be written', [500, 73, 'final'], 'is the disk full or read-only, or are you not root? nothing was half written'),
  ERR_FILE_UNSAFE: row('unsafe file', [500, 77, 'final'], 'a symbolic link, a foreign owner or an open mode stands where a secret belongs'),
  ERR_FILE_CHANGED: row('installed files were changed by somebody', CONFLICT, 'nothing was done: see "units --diff", keep the change as a drop-in, or overwrite it with --force'),
  ERR_NOTHING_INSTALLED: row('nothing to undo', CONFLICT, 'nothing was changed: "units --install" has not run here, or all was undone'),
  ERR_USER_UNKNOWN: row('no such user or group', [500, 67, 'final'], 'create it first, or run systemd-sysusers'),
  ERR_ACTION_FAILED: row('action failed', [500, 75, 'retry'], 'see "systemctl status" and "journalctl -u" of the unit'),
  ERR_ACTION_TIMEOUT: row('action took too long', [500, 75, 'retry'], 'see "systemctl status" and "journalctl -u" of the unit'),
  ERR_NOT_IN_USE: row('new certificate is not in use', [500, 75, 'retry'], 'look at the component: does it listen where the spec says, and has it read its files? restart it by hand'),
  ERR_RESTART_WITHOUT_LEASE: row('restarted without a lease', [500, 75, 'retry'], 'the CA was away for too long: see "certmgr status", and look at the other members'),
  ERR_LOG_MALFORMED: row('not an entry or a head of the issuance log', REQUEST, 'the input is damaged, or was not made by ca-server'),
  ERR_LOG_INCONSISTENT: row('issuance log was rolled back or changed', TRUST, 'do not trust new certificates of this CA: tell its operator, who runs "ca-server log verify"'),
  ERR_LOG_UNPROVEN: row('certificate is not proven to be in the issuance log', TRUST, 'do not trust new certificates of this CA: tell its operator, who runs "ca-server log verify"'),
  ERR_LOG_MISMATCH: row('records and issuance log differ', [500, 65, 'final'], 'find out who changed the database; restore it from a backup'),
  ERR_TRUST_MALFORMED: row('not a trust document', REQUEST, 'the input is damaged, or was not made by ca-server'),
  ERR_TRUST_UNPROVEN: row('trust document is not signed by a key that may', TRUST, 'do not trust this CA: compare its keys with "ca-server trust pin" over another channel'),
  ERR_TRUST_ROLLED_BACK: row(
    'trust document is older than the one this node has seen',
    TRUST,
    'install nothing by hand: tell the operator of the CA, which was set back or is not the one that this node joined',
  ),
  ERR_TRUST_FORKED: row('two trust documents of one version', TRUST, 'install nothing by hand: tell the operator of the CA, whose trust key signed both'),
  ERR_INTERNAL: row('internal error', [500, 70, 'final'], 'this is a bug: please report it with the log'),
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERROR_CODES

export const isErrorCode = (text: unknown): text is ErrorCode => typeof text === 'string' && Object.hasOwn(ERROR_CODES, text)
