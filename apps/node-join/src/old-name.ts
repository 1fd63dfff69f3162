import type { Terminal } from '@easycerts/adapters/terminal'

/** What easyCerts of NixOS installs; a link of this name to node-join behaves like it. */
export const OLD_NAME = 'nixos-kubernetes-node-join'

/** It takes no argument whatever; the exit code is its own. */
export const tellOldUsage = ({ note }: Pick<Terminal, 'note'>): number => {
  note(
    [
      `Usage: ${OLD_NAME}`,
      '',
      'No args. Apitoken must be provided on stdin.',
      "To get the apitoken, execute: 'sudo cat /var/lib/kubernetes/secrets/apitoken.secret' on the master node.",
    ].join('\n'),
  )
  return 1
}
