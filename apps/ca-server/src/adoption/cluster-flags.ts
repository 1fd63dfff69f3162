/** What nothing on the machine says of a cluster. */
export interface ClusterFlags {
  readonly name: string
  readonly domain: string
  readonly serviceCidr: string
  readonly podCidr: string
  readonly kubernetesVersion: string
  /** File that describes every node. */
  readonly description: string | undefined
  /** More names and addresses of this server. */
  readonly addresses: readonly string[]
  readonly joinPort: number
  readonly nodePort: number
  readonly publicPort: number
  readonly now: Date
}
