# The defaults of the options of services.kubernetes and its neighbours that nix/ reads.
lib:
let
  d = lib.mkOverride 1500;
in
{
  networking.hostName = d "master";
  services.certmgr.enable = d false;
  services.etcd.enable = d true;
  services.kubernetes = {
    roles = d [ ];
    masterAddress = d "master.example.net";
    secretsPath = d "/var/lib/kubernetes/secrets";
    clusterCidr = d "10.1.0.0/16";
    package.version = d "1.31.4";
    pki.certs = { };
    apiserver = {
      enable = d false;
      advertiseAddress = d null;
      extraSANs = d [ ];
      securePort = d 6443;
      serviceClusterIpRange = d "10.0.0.0/24";
    };
    controllerManager.enable = d false;
    scheduler.enable = d false;
    addonManager = {
      enable = d false;
      bootstrapAddons = { };
    };
    kubelet = {
      enable = d false;
      hostname = d "master";
    };
    proxy.enable = d false;
    flannel.enable = d false;
    addons.dns = {
      clusterDomain = d "cluster.local";
      clusterIp = d "10.0.0.254";
    };
  };
}
