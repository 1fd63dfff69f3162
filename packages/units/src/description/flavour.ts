import { compareReleases } from '../release/index.ts'
import type { LayoutName } from './layout-name.ts'

export const FLAVOUR_NAMES = ['modern', 'nixos', 'fleet', 'kubeasz', 'kubelet-wrapper'] as const

export type FlavourName = (typeof FLAVOUR_NAMES)[number]

/** What a description has where it says nothing, and what a flavour can do at all. */
export interface FlavourTraits {
  /** Releases of Kubernetes whose programs take what the flavour writes, both included. */
  readonly releases: { readonly first: string; readonly last: string; readonly preset: string }
  readonly severalMasters: boolean
  readonly dualStack: boolean
  readonly services: string
  readonly pods: string
  /** Place of cluster DNS in the range of services. */
  readonly dnsOffset: number
  readonly apiserverPort: number
  readonly layout: LayoutName
  readonly containerRuntime: 'containerd' | 'docker' | 'rkt'
  readonly cni: 'flannel' | 'bridge' | 'none'
}

/** Defaults as each source has them (kubernetes.nix, the fleet units' README, kubeasz's inventory, CoreOS's install scripts). */
export const FLAVOURS: Readonly<Record<FlavourName, FlavourTraits>> = {
  modern: {
    releases: { first: '1.15', last: '1.36', preset: '1.36' },
    severalMasters: true,
    dualStack: true,
    services: '10.96.0.0/12',
    pods: '10.244.0.0/16',
    dnsOffset: 10,
    apiserverPort: 6443,
    layout: 'easycerts',
    containerRuntime: 'containerd',
    cni: 'flannel',
  },
  nixos: {
    releases: { first: '1.9', last: '1.14', preset: '1.14' },
    severalMasters: false,
    dualStack: false,
    services: '10.0.0.0/24',
    pods: '10.1.0.0/16',
    dnsOffset: 254,
    apiserverPort: 6443,
    layout: 'nixos',
    containerRuntime: 'docker',
    cni: 'flannel',
  },
  fleet: {
    releases: { first: '0.19', last: '0.19', preset: '0.19' },
    severalMasters: true,
    dualStack: false,
    services: '172.22.0.0/16',
    pods: '10.244.0.0/16',
    dnsOffset: 10,
    apiserverPort: 9090,
    layout: 'easycerts',
    containerRuntime: 'docker',
    cni: 'none',
  },
  kubeasz: {
    releases: { first: '1.9', last: '1.14', preset: '1.13' },
    severalMasters: true,
    dualStack: false,
    services: '10.68.0.0/16',
    pods: '172.20.0.0/16',
    dnsOffset: 2,
    apiserverPort: 8443,
    layout: 'kubeasz',
    containerRuntime: 'docker',
    cni: 'flannel',
  },
  'kubelet-wrapper': {
    releases: { first: '1.5', last: '1.5', preset: '1.5' },
    severalMasters: true,
    dualStack: false,
    services: '10.3.0.0/24',
    pods: '10.2.0.0/16',
    dnsOffset: 10,
    apiserverPort: 443,
    layout: 'easycerts',
    containerRuntime: 'docker',
    cni: 'flannel',
  },
}

/** Both ends of its releases included. */
export const canRun = (release: string, { releases: { first, last } }: FlavourTraits): boolean =>
  compareReleases(release, first) >= 0 && compareReleases(release, last) <= 0

/** Whether any flavour has units for it. */
export const isRunnable = (release: string): boolean =>
  Object.values(FLAVOURS).some((traits) => canRun(release, traits))

/** Whether the defaults of each role are enough: those of the flavour that needs no choice. */
export const runsWithoutDescription = (release: string): boolean => canRun(release, FLAVOURS.modern)
