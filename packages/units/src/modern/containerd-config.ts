import { CONFIG_PATHS, DIRECTORIES } from './config-paths.ts'
import type { StackFacts } from './stack-facts.ts'

interface ConfigFormat {
  readonly version: number
  /** The plug-in that has runtimes and CNI. */
  readonly runtime: string
  /** The plug-in that has the sandbox image, and its key. */
  readonly sandbox: readonly [plugin: string, key: string]
  /** Where registries are. */
  readonly registry: string
}

const CRI_OF_1 = `plugins.'io.containerd.grpc.v1.cri'`

const FORMATS = {
  // containerd 2 reads it too.
  2: {
    version: 2,
    runtime: CRI_OF_1,
    sandbox: [CRI_OF_1, 'sandbox_image'],
    registry: `${CRI_OF_1}.registry`,
  },
  3: {
    version: 3,
    runtime: `plugins.'io.containerd.cri.v1.runtime'`,
    sandbox: [`plugins.'io.containerd.cri.v1.images'.pinned_images`, 'sandbox'],
    registry: `plugins.'io.containerd.cri.v1.images'.registry`,
  },
} as const satisfies Readonly<Record<number, ConfigFormat>>

/** Without a version the description leaves it open, and 1.35 is the last that runs on containerd 1. */
const formatFor = ({ description, minor }: StackFacts): ConfigFormat => {
  const { version } = description.containerRuntime
  const isSecond = version === undefined ? minor >= 36 : version.startsWith('2')
  return FORMATS[isSecond ? 3 : 2]
}

const table = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n[${name}]\n${lines.map((line) => `  ${line}\n`).join('')}`

/** Paths and image names hold no quote: the schema of a description sees to it. */
const text = (value: string): string => `'${value}'`

export const containerdConfig = (facts: StackFacts): string => {
  const { version, runtime, sandbox, registry } = formatFor(facts)
  const { options, description } = facts
  const image =
    options.sandboxImage === undefined ? [] : [`${sandbox[1]} = ${text(options.sandboxImage)}`]
  const shared = runtime === sandbox[0]
  return [
    `version = ${version}\n`,
    // What a description cannot say goes into files there.
    `imports = [${text(`${DIRECTORIES.containerdImports}/*.toml`)}]\n`,
    ...(shared ? [table(runtime, image)] : [table(sandbox[0], image)]),
    table(`${runtime}.containerd`, [`default_runtime_name = 'runc'`]),
    table(`${runtime}.containerd.runtimes.runc`, [`runtime_type = 'io.containerd.runc.v2'`]),
    table(`${runtime}.containerd.runtimes.runc.options`, [
      `SystemdCgroup = ${String(options.cgroupDriver === 'systemd')}`,
    ]),
    // Mirrors and CAs of registries need no import, which in containerd 1 replaces a whole plug-in.
    table(registry, [`config_path = ${text(DIRECTORIES.containerdRegistries)}`]),
    // The range of a node is known to containerd alone, which gets it from the kubelet.
    ...(description.cni === 'bridge'
      ? [table(`${runtime}.cni`, [`conf_template = ${text(CONFIG_PATHS.cniTemplate)}`])]
      : []),
  ].join('')
}
