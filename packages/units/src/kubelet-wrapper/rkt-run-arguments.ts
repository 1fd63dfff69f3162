import type { KubeletWrapperOptions } from '../description/index.ts'

/** One volume of the host under the same path in the kubelet's container, as the page writes it. */
interface Volume {
  readonly name: string
  readonly path: string
  /** The page writes its first example with `=` and the others without. */
  readonly joined?: true
}

const VOLUMES = {
  hostDns: [{ name: 'resolv', path: '/etc/resolv.conf', joined: true }],
  iscsi: [{ name: 'iscsiadm', path: '/usr/sbin/iscsiadm' }],
  rbd: [
    { name: 'modprobe', path: '/usr/sbin/modprobe' },
    { name: 'lib-modules', path: '/lib/modules' },
  ],
} as const satisfies Readonly<Record<string, readonly Volume[]>>

/** Each is what stands on one line of the page; a space separates words. */
export const rktRunLines = (options: KubeletWrapperOptions): readonly string[] => [
  ...(['hostDns', 'iscsi', 'rbd'] as const)
    .filter((key) => options[key])
    .flatMap((key): readonly Volume[] => VOLUMES[key])
    .flatMap(({ name, path, joined }) => [
      `--volume${joined ? '=' : ' '}${name},kind=host,source=${path}`,
      `--mount volume=${name},target=${path}`,
    ]),
  ...options.rktRunArguments,
  `--uuid-file-save=${options.uuidFile}`,
]
