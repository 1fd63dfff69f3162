import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where stand-ins are on a booted machine, whose /usr is this one's. */
export const STAND_INS = '/opt/stand-ins'

const SECRETS = '/var/lib/kubernetes/secrets'

/** What kube-apiserver would keep in etcd. */
const REGISTERED = '/var/lib/kubernetes/node-is-registered'

/** What systemd says of one that has whatever it needs. */
export const SERVING = 'serving'

/** \X shows kube-apiserver that file's certificate, as client-go does. */
const CLIENT = `
field() { sed -n 's/.*"'"$2"'": "\\(.*\\)".*/\\1/p' "$1"; }
get() { curl --silent --fail --output /dev/null --max-time 5 "$@"; }
ask() {
  get --cacert "$(field "$1" certificate-authority)" --cert "$(field "$1" client-certificate)" \\
    --key "$(field "$1" client-key)" "$(field "$1" server)/healthz"
}
`

/**
 * Ends at once where a file that its command line or kubeconfig names cannot be read, as the real
 * ones do, and later where what it dials does not answer.
 */
const DAEMON = `${CLIENT}
words=$(printf '%s\\n' "$@")
flag() { sed -n "s/^--$1=//p" <<<"$words"; }
kubeconfig=$(flag kubeconfig)
kubeconfig=\${kubeconfig:-\${KUBECONFIG:-\${FLANNELD_KUBECONFIG_FILE:-}}}
for file in $( { echo "$words"; [ -z "$kubeconfig" ] || cat "$kubeconfig"; } | grep -o '${SECRETS}/[^",]*'); do
  [ -r "$file" ] || { echo "cannot read $file" >&2; exit 1; }
done
soon() {
  for _ in {1..50}; do "$@" && return; sleep 0.2; done
  echo "in vain: $*" >&2
  exit 1
}
ready() { [ -z "\${NOTIFY_SOCKET:-}" ] || systemd-notify --ready --status=${SERVING}; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
serve() {
  { until listens "$1"; do sleep 0.05; done; ready; } &
  exec openssl s_server -4 -accept "$1" -cert "$(flag tls-cert-file)" \\
    -key "$(flag tls-private-key-file)" "\${@:2}" -www -quiet </dev/null
}
`
const STAY = 'ready\nexec sleep infinity\n'
const ASK = 'soon ask "$kubeconfig"\n'
const FIND_NODE = `soon test -e ${REGISTERED}\n`

const PROGRAMS: Readonly<Record<string, string>> = {
  'kube-apiserver': `${DAEMON}
soon get --cacert "$(flag etcd-cafile)" --cert "$(flag etcd-certfile)" --key "$(flag etcd-keyfile)" \\
  "$(flag etcd-servers)/health"
serve "$(flag secure-port)" -CAfile "$(flag client-ca-file)" -Verify 3 -verify_return_error
`,
  'kube-controller-manager': `${DAEMON}${ASK}serve "$(flag secure-port)"\n`,
  'kube-scheduler': DAEMON + ASK + STAY,
  'kube-addons': DAEMON + ASK + STAY,
  kubelet: `${DAEMON}${ASK}touch ${REGISTERED}\nserve "$(flag port)"\n`,
  'kube-proxy': DAEMON + ASK + FIND_NODE + STAY,
  flanneld: `${DAEMON}${ASK}${FIND_NODE}
echo FLANNEL_SUBNET=10.1.7.1/24 >/run/flannel/.subnet.env
mv /run/flannel/.subnet.env /run/flannel/subnet.env
${STAY}`,
  dockerd: 'echo "$*" >>/run/docker-starts\nsystemd-notify --ready\nexec sleep infinity\n',
  docker: 'cat >/dev/null\n',
  'mk-docker-opts': '. /run/flannel/subnet.env\necho "DOCKER_OPTS=--bip=$FLANNEL_SUBNET" >"$2"\n',
  kubectl: `${CLIENT}
case "$*" in *"get nodes "*) [ -e ${REGISTERED} ] || exit 1 ;; esac
case "$1" in --kubeconfig=*) ask "\${1#*=}" ;; *) exit 1 ;; esac
`,
}

/** Programs that need, serve and dial with their certificates what the real ones would, and do nothing else. */
export const installStandIns = (root: string): void => {
  const directory = join(root, STAND_INS)
  mkdirSync(directory, { recursive: true })
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(directory, name), `#!/bin/bash\n${text}`)
    chmodSync(join(directory, name), 0o755)
  }
}
