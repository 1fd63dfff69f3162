export const UNITS_EXAMPLES = `
Examples:
  PROGRAM units --cluster cluster.yaml --node worker-1 | less
  PROGRAM units --cluster cluster.yaml --out nodes/
  PROGRAM units --cluster cluster.yaml --node worker-1 --diff
  PROGRAM units --cluster cluster.yaml --node worker-1 --install --dry-run
  PROGRAM units --cluster cluster.yaml --node worker-1 --install
  PROGRAM units --undo
  PROGRAM units --cluster cluster.yaml --explain service-account-issuer
  PROGRAM units diff --cluster cluster.yaml --from 1.23 --to 1.24

Exit codes: 0 done, or no difference; 1 --diff found one; 64 usage; 65 somebody changed files;
73 files; 75 systemd did not do its part; 78 the description has faults.`

export const DIFF_EXAMPLES = `
Examples:
  PROGRAM units diff --cluster cluster.yaml --from 1.23 --to 1.24
  PROGRAM --output json units diff --cluster cluster.yaml --node worker-1 --from 1.34 --to 1.35

Exit codes: 0 no difference, 1 some; 64 usage, 78 the description cannot run one of the releases.`
