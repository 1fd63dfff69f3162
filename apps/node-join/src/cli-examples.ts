export const REQUEST_EXAMPLES = `
Example:
  node-join request > worker-1.csr
  ca-server ticket create --node worker-1 --role worker --csr worker-1.csr   (on the CA host)

The join that follows uses this key and this request. Run again, it prints the same.`

export const PLAN_EXAMPLES = `
Examples:
  node-join plan < ticket
  node-join plan --output json < ticket
  node-join --rejoin plan < ticket

Exit codes: 0 the join would go through; else those of the join that would fail.`

export const STATUS_EXAMPLES = `
Examples:
  node-join status
  node-join status --output json | jq .problems

Exit codes: 0 all is well, 75 something is wrong, 78 nothing has joined here.`

export const RESET_EXAMPLES = `
Examples:
  node-join reset --dry-run
  node-join reset --yes
  node-join --root /mnt/image reset --yes --keep-units

It may be killed at any instant: run again, it goes on. Afterwards the operator of the CA runs
"ca-server node remove".`

export const JOIN_EXAMPLES = `
Examples:
  node-join < ticket
  ssh ca ca-server ticket create --node worker-1 --role worker | node-join --node worker-1
  node-join plan < ticket
  node-join --root /mnt/image < ticket
  node-join units | less
  ssh master sudo cat /var/lib/cfssl/apitoken.secret | node-join        (a token of easyCerts)
  node-join --no-adopt < ticket             (leave an old certmgr of this machine alone)
  node-join --ca-server https://master:8888 --ca-pin sha256:… < token

A token goes to the certmgr of this machine once the CA at its remote has taken it; the CA is known by
root_ca of its specs, --ca-file or --ca-pin. As nixos-kubernetes-node-join it takes no options.

It can be run again at any time: what is there already stays as it is.
Exit codes follow sysexits(3): 1 no token or not root, 64 usage, 65 bad ticket, 67 no such user, 70 bug, 73 files,
75 try again, 76 untrusted CA or wrong clock, 77 refused, 78 configuration.`
