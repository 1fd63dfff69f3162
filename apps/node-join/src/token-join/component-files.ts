import { dirname } from 'node:path'
import type { LegacySpec, LegacyWish } from '@easycerts/shared/legacy-certmgr'

/** A key pair that certmgr makes with the token. */
export interface AwaitedPair {
  /** As the machine sees them. */
  readonly certificate: string
  readonly key: string
  /** What its spec asks for, where there is a spec. */
  readonly wish: LegacyWish | undefined
}

/** A component that is restarted once its key pairs are there. */
export interface AwaitedComponent {
  readonly name: ComponentName
  readonly pairs: readonly AwaitedPair[]
}

/** In the order in which nixos-kubernetes-node-join restarted them; the first file is the one that it awaited. */
const FILES = {
  kubelet: ['kubelet', 'kubelet-client'],
  'kube-proxy': ['kube-proxy-client'],
  flannel: ['flannel-client'],
} as const

export type ComponentName = keyof typeof FILES

export interface ComponentPlace {
  /** Specs whose certificates are asked for with this token. */
  readonly specs: readonly LegacySpec[]
  /** Where keys and certificates are when no spec says so. */
  readonly directory: string
  readonly hasUnit: (name: ComponentName) => boolean
}

/** Of the components that a node may have those that this machine has: by its specs, else by its units. */
export const componentsHere = ({
  specs,
  directory,
  hasUnit,
}: ComponentPlace): AwaitedComponent[] => {
  const known = specs.flatMap((spec) => pairOf(spec) ?? [])
  return (Object.keys(FILES) as ComponentName[]).flatMap((name) => {
    const wanted = FILES[name].map((file) => `${directory}/${file}.pem`)
    const pairs =
      known.length > 0
        ? known.filter(({ certificate }) => wanted.includes(certificate))
        : hasUnit(name)
          ? [usualPair(directory, FILES[name][0])]
          : []
    return pairs.length === 0 ? [] : [{ name, pairs }]
  })
}

const pairOf = ({ keyPair, request, keyUsages }: LegacySpec): AwaitedPair | undefined =>
  keyPair && {
    certificate: keyPair.certificate.path,
    key: keyPair.key.path,
    wish: { request, keyUsages },
  }

const usualPair = (directory: string, file: string): AwaitedPair => ({
  certificate: `${directory}/${file}.pem`,
  key: `${directory}/${file}-key.pem`,
  wish: undefined,
})

/** Where the specs put what they keep: the directory of the token, unless it is kept elsewhere. */
export const directoryOf = (secret: string, specs: readonly LegacySpec[]): string => {
  const kubelet = specs.find(({ keyPair }) => keyPair?.certificate.path.endsWith('/kubelet.pem'))
  return dirname(kubelet?.keyPair?.certificate.path ?? secret)
}
