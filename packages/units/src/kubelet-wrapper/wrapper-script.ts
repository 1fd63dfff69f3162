import type { GeneratedFile } from '../stack/index.ts'
import { OWN_WRAPPER } from './wrapper-facts.ts'

interface Mount {
  readonly name: string
  readonly source: string
  readonly target?: string
  readonly options: string
}

/** Directories of the host in the kubelet's container; their prefix keeps them off volumes of a user. */
const MOUNTS: readonly Mount[] = [
  { name: 'etc-kubernetes', source: '/etc/kubernetes', options: 'readOnly=false' },
  { name: 'etc-ssl-certs', source: '/etc/ssl/certs', options: 'readOnly=true' },
  { name: 'usr-share-certs', source: '/usr/share/ca-certificates', options: 'readOnly=true' },
  { name: 'var-lib-docker', source: '/var/lib/docker', options: 'readOnly=false' },
  {
    name: 'var-lib-kubelet',
    source: '/var/lib/kubelet',
    options: 'readOnly=false,recursive=true',
  },
  { name: 'var-log', source: '/var/log', options: 'readOnly=false' },
  {
    name: 'os-release',
    source: '/usr/lib/os-release',
    target: '/etc/os-release',
    options: 'readOnly=true',
  },
  { name: 'run', source: '/run', options: 'readOnly=false' },
  { name: 'lib-modules', source: '/lib/modules', options: 'readOnly=true' },
  { name: 'etc-machine-id', source: '/etc/machine-id', options: 'readOnly=true' },
]

const volumes = MOUNTS.flatMap(({ name, source, target = source, options }) => [
  `--volume "coreos-${name},kind=host,source=${source},${options}"`,
  `--mount "volume=coreos-${name},target=${target}"`,
])

const SCRIPT = `#!/usr/bin/env bash
# Written by easycerts (node-join), which replaces it when it runs again.
# Runs the kubelet of a hyperkube image under rkt; CoreOS has such a script from 962.0.0 on.
set -euo pipefail

warn() { echo "kubelet-wrapper: $1" >&2; }

for old in KUBELET_VERSION:KUBELET_IMAGE_TAG KUBELET_ACI:KUBELET_IMAGE_URL RKT_OPTS:RKT_RUN_ARGS; do
  name=\${old%%:*}
  if [[ -n \${!name:-} ]]; then warn "$name is old, set \${old#*:}"; fi
done

tag=\${KUBELET_IMAGE_TAG:-\${KUBELET_VERSION:-}}
url=\${KUBELET_IMAGE_URL:-\${KUBELET_ACI:-quay.io/coreos/hyperkube}}
image=\${KUBELET_IMAGE:-}
if [[ -z $image ]]; then
  if [[ -z $tag ]]; then
    warn 'one of KUBELET_IMAGE and KUBELET_IMAGE_TAG must be set'
    exit 1
  fi
  image=$url:$tag
fi

# Split at white space alone: a star in an argument is no pattern.
read -r -d '' -a run_arguments <<<"\${RKT_RUN_ARGS:-} \${RKT_OPTS:-}" || true
read -r -d '' -a global_arguments <<<"\${RKT_GLOBAL_ARGS:-}" || true
read -r -d '' -a image_arguments <<<"\${KUBELET_IMAGE_ARGS:---exec=/kubelet}" || true
read -r -d '' -a stage1 <<<"\${RKT_STAGE1_ARG:---stage1-from-dir=stage1-fly.aci}" || true
case $image in
  quay.io/*) run_arguments+=(--trust-keys-from-https) ;;
  docker:*) run_arguments+=(--insecure-options=image) ;;
esac

mkdir -p /etc/kubernetes /var/lib/docker /var/lib/kubelet /run/kubelet

volumes=(
${volumes.map((line) => `  ${line}`).join('\n')}
)

# An array without elements is an unset variable to a bash before 4.4.
exec "\${RKT:-/usr/bin/rkt}" \${global_arguments[@]+"\${global_arguments[@]}"} \\
  run \${run_arguments[@]+"\${run_arguments[@]}"} "\${volumes[@]}" "\${stage1[@]}" \\
  "$image" "\${image_arguments[@]}" -- "$@"
`

export const wrapperScript: GeneratedFile = { path: OWN_WRAPPER, content: SCRIPT, mode: 0o755 }
