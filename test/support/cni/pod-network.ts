import { CNI_PLUGINS, type LoneHost } from './lone-host.ts'

type Json = Readonly<Record<string, unknown>>

interface Plugin extends Json {
  readonly type: string
  readonly capabilities?: Readonly<Record<string, boolean>>
}

/** What a file of CNI's directory says, whether it has one plug-in (.conf) or a list of them. */
export interface NetworkConfig {
  readonly name: string
  readonly cniVersion?: string
  readonly plugins: readonly Plugin[]
}

export const parseNetworkConfig = (content: string): NetworkConfig => {
  const value = JSON.parse(content) as NetworkConfig | (Plugin & Omit<NetworkConfig, 'plugins'>)
  return hasPlugins(value) ? value : { ...value, plugins: [value] }
}

const hasPlugins = (value: object): value is NetworkConfig => 'plugins' in value

type Command = 'ADD' | 'CHECK' | 'DEL'

/** Of an interface, with the length of their prefixes; not those of the link alone. */
export const addressesOf = (run: LoneHost['run'], link: string): readonly string[] => {
  const shown = run('ip', '-json', 'address', 'show', 'dev', link, 'scope', 'global')
  const [found] = JSON.parse(shown) as [{ addr_info: { local?: string; prefixlen?: number }[] }]
  // ip leaves an empty object for each that it does not show.
  return found.addr_info
    .filter(({ local }) => local !== undefined)
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
}

export interface PodNetwork {
  readonly addresses: () => readonly string[]
  /** Runs the plug-ins as the specification has a runtime do it (CNI 1.0.0, section 2 and 4). */
  readonly apply: (command: Command) => void
  /** A command in the pod's namespace. */
  readonly run: (...argv: readonly string[]) => string
}

export interface PortMapping {
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: 'tcp' | 'udp'
}

/** One pod, which has no network yet. */
export const makePod = (
  host: LoneHost,
  config: NetworkConfig,
  portMappings: readonly PortMapping[] = [],
): PodNetwork => {
  const id = `pod-${crypto.randomUUID().slice(0, 8)}`
  const { name, cniVersion, plugins } = config
  let result: unknown
  const call = (command: Command, plugin: Plugin): void => {
    const mapsPorts = plugin.capabilities?.['portMappings'] === true
    const input = {
      ...{ name, ...(cniVersion === undefined ? {} : { cniVersion }), ...plugin },
      ...(mapsPorts ? { runtimeConfig: { portMappings } } : {}),
      ...(result === undefined ? {} : { prevResult: result }),
    }
    const { status, stdout, stderr } = host.ask(
      [`${CNI_PLUGINS}/${plugin.type}`],
      JSON.stringify(input),
      {
        CNI_COMMAND: command,
        CNI_CONTAINERID: id,
        CNI_NETNS: `/run/netns/${id}`,
        CNI_IFNAME: 'eth0',
        CNI_PATH: CNI_PLUGINS,
      },
    )
    if (status !== 0) throw new Error(`${command} of ${plugin.type}: ${stdout}${stderr}`)
    if (command === 'ADD') result = JSON.parse(stdout)
  }
  host.run('ip', 'netns', 'add', id)
  const run = (...argv: readonly string[]) => host.run('ip', 'netns', 'exec', id, ...argv)
  return {
    run,
    addresses: () => addressesOf(run, 'eth0'),
    apply: (command) => {
      for (const plugin of command === 'DEL' ? plugins.toReversed() : plugins) call(command, plugin)
    },
  }
}
