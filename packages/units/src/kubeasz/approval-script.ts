import type { Host } from '@easycerts/shared/cluster'
import { isAtLeast } from '../release/index.ts'
import type { GeneratedFile } from '../stack/index.ts'
import { APPROVAL_CHECKS } from './approval-checks.ts'
import { generalNameHex } from './general-name-hex.ts'
import type { KubeaszFacts } from './kubeasz-facts.ts'
import { REQUEST_TEMPLATE } from './request-template.ts'

const HEADER = `#!/usr/bin/env bash
# Written by easycerts (node-join), which replaces it when it runs again.
# Approves the certificate requests of this cluster's nodes, and nothing else. What it does not
# approve it leaves alone, and says why. approve-node-requests [SECONDS]: goes on looking for so long.
set -o pipefail
export LC_ALL=C
umask 077
`

const PASS = String.raw`
judge() {
  check_usages && check_signer && decode && check_subject && check_requestor &&
    check_contents && check_names && check_signature
}

# A request may be deleted and made anew under its name while it is judged.
approve() {
  local now
  now=$("$KUBECTL" --request-timeout=30s get csr "$name" -o 'go-template={{printf "%q" .metadata.uid}}')
  [[ $now == "$uid" ]] || leave 'it is not the request that was judged' || return
  "$KUBECTL" --request-timeout=30s certificate approve "$name" >/dev/null || leave 'kubectl could not approve it'
}

consider() {
  [[ $decided == no ]] || return 0
  if ! [[ $name =~ ^\"([A-Za-z0-9][A-Za-z0-9._-]{0,252})\"$ ]]; then
    echo 'left a request with an odd name'
    return 0
  fi
  name=@{BASH_REMATCH[1]}
  if judge && approve; then
    echo "approved $name: $kind of $node"
  else
    echo "left $name: $reason"
  fi
}

find_nodes() {
  local listed
  registered=() registered_known=no
  listed=$("$KUBECTL" --request-timeout=30s get nodes -o 'go-template={{range .items}}{{printf "%q\n" .metadata.name}}{{end}}') || return 0
  mapfile -t registered <<<"$listed"
  registered_known=yes
}

pass() {
  local listed line
  listed=$("$KUBECTL" --request-timeout=30s get csr -o "go-template=$TEMPLATE") || return 1
  find_nodes
  while IFS= read -r line; do
    case $line in
      'request '*)
        name=@{line#request } uid= signer= user= csr= reason= decided=no
        groups=() usages=()
        ;;
      'uid '*) uid=@{line#uid } ;;
      'signer '*) signer=@{line#signer } ;;
      'user '*) user=@{line#user } ;;
      'group '*) groups+=("@{line#group }") ;;
      'usage '*) usages+=("@{line#usage }") ;;
      'csr '*) csr=@{line#csr } ;;
      'decided '*) decided=yes ;;
      end) consider ;;
    esac
  done <<<"$listed"
}

limit=@{1:-0}
if ! [[ $limit =~ ^[0-9]{1,5}$ ]]; then
  echo 'usage: approve-node-requests [SECONDS]' >&2
  exit 64
fi
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT
der=$work/request.der
until pass && (( SECONDS >= limit )); do
  if (( SECONDS >= limit )); then exit 69; fi
  sleep 3
done
`.replaceAll('@{', '${')

/** What a serving certificate of each node may name: itself, in DER. */
const namesOf = ({ description }: KubeaszFacts): string =>
  description.nodes
    .map(({ name, addresses, names }) => {
      const ip = (value: string): Host => ({ kind: 'ip', value })
      const isAddress = addresses.includes(name)
      const hosts = [
        ...(isAddress ? [] : [{ kind: 'dns', value: name } as const]),
        ...addresses.map(ip),
        ...names,
      ]
      return `  ['${name}']='${hosts.map(generalNameHex).join(' ')}'\n`
    })
    .join('')

/** The step in which a master lets its nodes have certificates, as one script of bash, kubectl and openssl. */
export const approvalScript = (facts: KubeaszFacts): GeneratedFile => {
  const { programs, options, description } = facts
  // The field is there since 1.18; before, the usages alone say which certificate is asked for.
  const signerRequired = isAtLeast(description.release, '1.18')
  return {
    path: `${programs}/approve-node-requests`,
    mode: 0o755,
    content: `${HEADER}
KUBECTL=\${KUBECTL:-${programs}/kubectl}
OPENSSL=\${OPENSSL:-openssl}
BOOTSTRAP_USER='${options.bootstrapUser}'
BOOTSTRAP_GROUP='${options.bootstrapGroup}'
SIGNER_REQUIRED=${signerRequired ? 'yes' : 'no'}
# Names and addresses of each node, as they stand in a request.
declare -A NAMES_OF=(
${namesOf(facts)})
TEMPLATE='${REQUEST_TEMPLATE}'

${APPROVAL_CHECKS}${PASS}`,
  }
}
