/** Functions of the script: each says in `reason` why a request is left alone, and fails. */
export const APPROVAL_CHECKS = String.raw`leave() {
  reason=$1
  return 1
}

has() {
  local wanted=$1 each
  shift
  for each; do if [[ $each == "$wanted" ]]; then return 0; fi; done
  return 1
}

# What the certificate would be for: a client of kube-apiserver, or a server; never both.
check_usages() {
  local each seen=' '
  kind=
  for each in "@{usages[@]}"; do
    if [[ $seen == *" $each "* ]]; then leave 'a usage stands twice' || return; fi
    seen+="$each "
    case $each in
      '"digital signature"' | '"key encipherment"') ;;
      '"client auth"') kind+=client ;;
      '"server auth"') kind+=serving ;;
      *) leave 'a usage that no kubelet needs' || return ;;
    esac
  done
  has '"digital signature"' "@{usages[@]}" || leave 'the usage digital signature is missing' || return
  [[ $kind == client || $kind == serving ]] || leave 'neither of a client nor of a server'
}

check_signer() {
  if [[ -z $signer && $SIGNER_REQUIRED == no ]]; then return 0; fi
  case $kind in
    client) [[ $signer == '"kubernetes.io/kube-apiserver-client-kubelet"' ]] ;;
    serving) [[ $signer == '"kubernetes.io/kubelet-serving"' ]] ;;
  esac || leave 'another signer'
}

# PEM, that and nothing else, to DER in a file: two readers must not find two requests in it.
decode() {
  local pem=@{csr#\"} base64 body
  base64=@{pem%\"}
  [[ $base64 =~ ^[A-Za-z0-9+/]+=?=?$ ]] || leave 'not base64' || return
  pem=$(printf '%s' "$base64" | "$OPENSSL" base64 -d -A 2>/dev/null | tr '\0' '\1' && echo .)
  pem=@{pem%.}
  [[ $(printf '%s' "$pem" | "$OPENSSL" base64 -A) == "$base64" ]] || leave 'not base64 of a text' || return
  local begin='-----BEGIN CERTIFICATE REQUEST-----' end='-----END CERTIFICATE REQUEST-----'
  pem=@{pem%$'\n'}
  body=@{pem#"$begin"$'\n'}
  [[ $pem == "$begin"$'\n'* && $body == *$'\n'"$end" ]] || leave 'not one request in PEM' || return
  body=@{body%$'\n'"$end"}
  body=@{body//$'\n'/}
  [[ $body =~ ^[A-Za-z0-9+/]+=?=?$ ]] || leave 'not one request in PEM' || return
  printf '%s' "$body" | "$OPENSSL" base64 -d -A >"$der" 2>/dev/null
  "$OPENSSL" req -inform DER -in "$der" -noout 2>/dev/null || leave 'not a request'
}

# The whole subject in RFC 2253, where what is odd is escaped: nothing can be hidden in it.
check_subject() {
  local subject
  subject=$("$OPENSSL" req -inform DER -in "$der" -noout -subject -nameopt RFC2253 2>/dev/null)
  subject=@{subject#subject=}
  case $subject in
    'O=system:nodes,CN=system:node:'*) node=@{subject#O=system:nodes,CN=system:node:} ;;
    'CN=system:node:'*',O=system:nodes')
      node=@{subject#CN=system:node:}
      node=@{node%,O=system:nodes}
      ;;
    *) leave 'its subject is not that of a node' || return ;;
  esac
  [[ $node =~ ^[a-z0-9.-]+$ && -n @{NAMES_OF[$node]+x} ]] || leave 'not a node of this cluster'
}

# A node asks for itself. A machine without a certificate asks by the user for that, and only
# under the name of a node that is not there yet.
check_requestor() {
  if [[ $user == "\"system:node:$node\"" ]] && has '"system:nodes"' "@{groups[@]}"; then return 0; fi
  if [[ $kind == client && $user == "\"$BOOTSTRAP_USER\"" ]] &&
    has "\"$BOOTSTRAP_GROUP\"" "@{groups[@]}"; then
    [[ $registered_known == yes ]] || leave 'the nodes that are there are not known' || return
    ! has "\"$node\"" "@{registered[@]}" || leave 'the node is there already'
    return
  fi
  leave 'asked for by somebody else'
}

# Every kind of thing that is in the request: a second name, another extension, a password.
check_contents() {
  local line object common=0 organization=0 extension=0 alternative=0
  san=
  while IFS= read -r line; do
    if [[ $alternative == 1 && -z $san ]]; then
      [[ $line =~ OCTET\ STRING\ +\[HEX\ DUMP\]:([0-9A-F]+)$ ]] || leave 'an odd extension' || return
      san=@{BASH_REMATCH[1]}
    fi
    [[ $line =~ prim:\ OBJECT\ +:(.*)$ ]] || continue
    object=@{BASH_REMATCH[1]}
    case $object in
      commonName) common=$((common + 1)) ;;
      organizationName) organization=$((organization + 1)) ;;
      'Extension Request') extension=$((extension + 1)) ;;
      'X509v3 Subject Alternative Name') alternative=$((alternative + 1)) ;;
      id-ecPublicKey | prime256v1 | secp384r1 | secp521r1 | rsaEncryption) ;;
      ecdsa-with-SHA256 | ecdsa-with-SHA384 | ecdsa-with-SHA512) ;;
      sha256WithRSAEncryption | sha384WithRSAEncryption | sha512WithRSAEncryption) ;;
      *) leave 'something in it that no kubelet asks for' || return ;;
    esac
  done < <("$OPENSSL" asn1parse -inform DER -in "$der" 2>/dev/null)
  [[ $common$organization == 11 ]] || leave 'not one name and one group' || return
  case $kind$extension$alternative in
    client00 | serving11) ;;
    *) leave 'names that its kind of certificate does not have' ;;
  esac
}

# The names in DER, one by one, are those of the node and no others.
check_names() {
  [[ $kind == serving ]] || return 0
  local rest declared each before
  case $san in
    3081*) rest=@{san:6} declared=$((16#@{san:4:2})) ;;
    3082*) rest=@{san:8} declared=$((16#@{san:4:4})) ;;
    30[0-7]*) rest=@{san:4} declared=$((16#@{san:2:2})) ;;
    *) leave 'an odd list of names' || return ;;
  esac
  [[ -n $rest && @{#rest} == $((2 * declared)) ]] || leave 'an odd list of names' || return
  while [[ -n $rest ]]; do
    before=$rest
    for each in @{NAMES_OF[$node]}; do rest=@{rest#"$each"}; done
    [[ $rest != "$before" ]] || leave 'a name or address that is not of the node' || return
  done
}

check_signature() {
  local verdict
  verdict=$("$OPENSSL" req -inform DER -in "$der" -noout -verify 2>&1)
  [[ $verdict == *'verify OK'* ]] || leave 'not signed by its own key'
}
`.replaceAll('@{', '${')
