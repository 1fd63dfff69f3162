/** Where an easyCerts master keeps what an adoption needs, as its own programs name it. */
export interface EasyCertsPlaces {
  readonly ca: string
  readonly caKey: string
  /** Certificate and key of the CA's API. */
  readonly tlsCertificate: string
  readonly tlsKey: string
  /** cfssl's configuration: profiles, and where the token is. */
  readonly signingConfig: string
  readonly certmgrConfig: string
  readonly kubeconfig: string
  /** Where cfssl listens. */
  readonly address: string
  readonly port: number
}

/** What an operator may say of them; everything else is found. */
export interface EasyCertsFlags {
  readonly caCertPathPrefix?: string | undefined
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
  readonly signingConfig?: string | undefined
  readonly certmgrConfig?: string | undefined
  readonly kubeconfig?: string | undefined
  readonly port?: string | undefined
}

/** NixOS's: services.cfssl, services.certmgr and services.kubernetes.pki with no option set. */
export const NIXOS_PLACES: EasyCertsPlaces = {
  ca: '/var/lib/cfssl/ca.pem',
  caKey: '/var/lib/cfssl/ca-key.pem',
  tlsCertificate: '/var/lib/cfssl/cfssl.pem',
  tlsKey: '/var/lib/cfssl/cfssl-key.pem',
  signingConfig: '/etc/cfssl/config.json',
  certmgrConfig: '/etc/certmgr/certmgr.yaml',
  kubeconfig: '/etc/kubernetes/cluster-admin.kubeconfig',
  address: '0.0.0.0',
  port: 8888,
}

/** A flag first, then what the command lines of the two services say, then NixOS's own place. */
export const placesOf = (
  flags: EasyCertsFlags,
  cfssl: ReadonlyMap<string, string>,
  certmgr: ReadonlyMap<string, string>,
): EasyCertsPlaces => {
  const prefix = flags.caCertPathPrefix
  const byPrefix = (suffix: string): string | undefined => prefix && `${prefix}${suffix}`
  return {
    ca: byPrefix('.pem') ?? cfssl.get('ca') ?? NIXOS_PLACES.ca,
    caKey: byPrefix('-key.pem') ?? cfssl.get('ca-key') ?? NIXOS_PLACES.caKey,
    tlsCertificate: flags.tlsCert ?? cfssl.get('tls-cert') ?? NIXOS_PLACES.tlsCertificate,
    tlsKey: flags.tlsKey ?? cfssl.get('tls-key') ?? NIXOS_PLACES.tlsKey,
    signingConfig: flags.signingConfig ?? cfssl.get('config') ?? NIXOS_PLACES.signingConfig,
    certmgrConfig: flags.certmgrConfig ?? certmgr.get('f') ?? NIXOS_PLACES.certmgrConfig,
    kubeconfig: flags.kubeconfig ?? NIXOS_PLACES.kubeconfig,
    address: cfssl.get('address') ?? NIXOS_PLACES.address,
    port: Number(flags.port ?? cfssl.get('port') ?? NIXOS_PLACES.port),
  }
}
