import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where stand-ins are on a booted machine, whose /usr is this one's. */
export const STAND_INS = '/opt/stand-ins'

const SECRETS = '/var/lib/kubernetes/secrets'

/**
 * Ends at once where a file that its command line, environment or kubeconfig names cannot be read,
 * as the real ones do; then it is ready, and stays.
 */
const DAEMON = `
files=$( { printf '%s\\n' "$@"; env; for word in "$@" "\${KUBECONFIG:+--kubeconfig=$KUBECONFIG}" "\${FLANNELD_KUBECONFIG_FILE:+--kubeconfig=$FLANNELD_KUBECONFIG_FILE}"; do
  case $word in --kubeconfig=*) cat "\${word#*=}" ;; esac
done; } | grep -o '${SECRETS}/[^",]*')
for file in $files; do [ -r "$file" ] || { echo "cannot read $file" >&2; exit 1; }; done
`
const STAY = `
[ -z "\${NOTIFY_SOCKET:-}" ] || systemd-notify --ready
exec sleep infinity
`

const needs = (file: string): string => `[ -e ${file} ] || { echo "no ${file}" >&2; exit 1; }\n`

const PROGRAMS: Readonly<Record<string, string>> = {
  etcd: DAEMON + STAY,
  'kube-apiserver': DAEMON + needs('/run/etcd-is-ready') + STAY,
  'kube-controller-manager': DAEMON + needs('/run/apiserver-is-ready') + STAY,
  'kube-scheduler': DAEMON + needs('/run/apiserver-is-ready') + STAY,
  'kube-addons': DAEMON + needs('/run/apiserver-is-ready') + STAY,
  kubelet: DAEMON + needs('/run/apiserver-is-ready') + 'touch /run/node-is-registered\n' + STAY,
  'kube-proxy': DAEMON + needs('/run/node-is-registered') + STAY,
  flanneld:
    DAEMON +
    needs('/run/node-is-registered') +
    'echo FLANNEL_SUBNET=10.1.7.1/24 >/run/flannel/.subnet.env\n' +
    'mv /run/flannel/.subnet.env /run/flannel/subnet.env\n' +
    STAY,
  dockerd: 'echo "$*" >>/run/docker-starts\n' + STAY,
  docker: 'cat >/dev/null\n',
  'mk-docker-opts': '. /run/flannel/subnet.env\necho "DOCKER_OPTS=--bip=$FLANNEL_SUBNET" >"$2"\n',
  curl: needs('/run/apiserver-is-ready'),
  kubectl: `case "$*" in *"get nodes "*) ${needs('/run/node-is-registered')} ;; esac
${needs('/run/apiserver-is-ready')}`,
}

/** Programs of a node that do nothing but refuse to start where the real ones would. */
export const installStandIns = (root: string): void => {
  const directory = join(root, STAND_INS)
  mkdirSync(directory, { recursive: true })
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(directory, name), `#!/bin/bash\n${text}`)
    chmodSync(join(directory, name), 0o755)
  }
}
