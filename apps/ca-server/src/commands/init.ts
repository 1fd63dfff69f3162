import { initialise } from '../data-directory/initialise.ts'
import type { CommandContext } from './command-context.ts'
import { type NewCaOptions, planCa } from './plan-ca.ts'

/** `ca-server init` */
export const runInit = async (context: CommandContext, options: NewCaOptions): Promise<void> => {
  const { config, paths, wish, notes } = await planCa(context, options)
  const { requests } = await initialise(wish)
  for (const note of notes) context.terminal.warning(note)
  await context.terminal.result(
    {
      dataDirectory: options.dataDirectory,
      cluster: config.cluster,
      addresses: config.addresses,
      requests: requests.map(({ id }) => paths.issuerRequest(id)),
      notes,
    },
    () =>
      [
        `CA for cluster "${config.cluster.name}" made in ${options.dataDirectory}.`,
        `Nodes reach it at ${config.addresses.join(', ')}, ports ${config.listen.joinPort} and ${config.listen.nodePort}.`,
        `Settings: ${paths.config}`,
        requests.length === 0
          ? 'Next: ca-server serve'
          : `Next: have the requests in ${paths.requests} signed, then ca-server issuer install FILE...`,
      ].join('\n'),
  )
}
