# The files of services.kubernetes, services.etcd and services.flannel, all of which can be set otherwise.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  inherit (lib) mkDefault mkForce mkIf;
  cfg = config.services.easycerts;
  kubernetes = config.services.kubernetes;
  facts = import ./facts.nix { inherit config lib; };
  inherit (import ./certificates.nix)
    bundles
    certificates
    kubeconfigs
    serviceAccount
    ;

  tls = certificate: {
    tlsCertFile = mkDefault certificate.cert;
    tlsKeyFile = mkDefault certificate.key;
  };
  client = certificate: {
    kubeconfig = {
      caFile = mkDefault bundles.serverCa;
      certFile = mkDefault certificate.cert;
      keyFile = mkDefault certificate.key;
    };
  };

  bootstrapFiles = lib.mapAttrsToList (
    name: object: pkgs.writeText "${name}.json" (builtins.toJSON object)
  ) kubernetes.addonManager.bootstrapAddons;
in
{
  config = mkIf (cfg.enable && facts.isNode) {
    services.kubernetes = {
      easyCerts = mkForce false;
      pki.enable = mkForce false;
      caFile = mkDefault bundles.clientCa;

      apiserver = mkIf kubernetes.apiserver.enable (
        tls certificates.apiServer
        // {
          clientCaFile = mkDefault bundles.clientCa;
          etcd = {
            servers = mkDefault [ "https://127.0.0.1:2379" ];
            caFile = mkDefault bundles.etcdClient;
            certFile = mkDefault certificates.apiserverEtcdClient.cert;
            keyFile = mkDefault certificates.apiserverEtcdClient.key;
          };
          kubeletClientCaFile = mkDefault bundles.serverCa;
          kubeletClientCertFile = mkDefault certificates.apiserverKubeletClient.cert;
          kubeletClientKeyFile = mkDefault certificates.apiserverKubeletClient.key;
          proxyClientCertFile = mkDefault certificates.apiserverProxyClient.cert;
          proxyClientKeyFile = mkDefault certificates.apiserverProxyClient.key;
          serviceAccountKeyFile = mkDefault serviceAccount.bundle;
          # The aggregator has a CA of its own, so extension servers can tell it from any client.
          extraOpts = lib.concatStringsSep " " [
            "--requestheader-client-ca-file=${bundles.frontProxy}"
            "--requestheader-allowed-names=${certificates.apiserverProxyClient.CN}"
            "--requestheader-username-headers=X-Remote-User"
            "--requestheader-group-headers=X-Remote-Group"
            "--requestheader-extra-headers-prefix=X-Remote-Extra-"
          ];
        }
        // lib.optionalAttrs (options.services.kubernetes.apiserver ? serviceAccountSigningKeyFile) {
          serviceAccountSigningKeyFile = mkDefault serviceAccount.key;
        }
      );

      controllerManager = mkIf kubernetes.controllerManager.enable (
        tls certificates.controllerManager
        // client certificates.controllerManagerClient
        // {
          # certmgr looks there whether a renewed certificate is in use.
          securePort = mkDefault 10257;
          rootCaFile = mkDefault bundles.serverCa;
          serviceAccountKeyFile = mkDefault serviceAccount.key;
        }
      );

      scheduler = mkIf kubernetes.scheduler.enable (
        client certificates.schedulerClient
        // {
          port = mkDefault 10259;
          extraOpts = lib.concatStringsSep " " [
            "--tls-cert-file=${certificates.scheduler.cert}"
            "--tls-private-key-file=${certificates.scheduler.key}"
          ];
        }
      );

      kubelet = mkIf kubernetes.kubelet.enable (
        tls certificates.kubelet
        // client certificates.kubeletClient
        // {
          clientCaFile = mkDefault bundles.clientCa;
        }
      );

      proxy = mkIf kubernetes.proxy.enable (client certificates.kubeProxyClient);
    };

    services.flannel.kubeconfig = mkIf kubernetes.flannel.enable (mkDefault kubeconfigs.flannel);
    # Under this name certmgr restarts it, on every system.
    systemd.services.flannel = mkIf kubernetes.flannel.enable { aliases = [ "flanneld.service" ]; };

    systemd.services.kube-addon-manager = mkIf kubernetes.addonManager.enable {
      environment.KUBECONFIG = mkDefault kubeconfigs.addonManager;
      serviceConfig.PermissionsStartOnly = mkIf (bootstrapFiles != [ ]) true;
      preStart = mkIf (bootstrapFiles != [ ]) ''
        ${pkgs.kubectl}/bin/kubectl --kubeconfig=${kubeconfigs.clusterAdmin} apply ${
          lib.concatMapStringsSep " " (file: "-f ${file}") bootstrapFiles
        }
      '';
    };

    # A CA of its own and loopback: a certificate of the cluster opens no etcd.
    services.etcd = mkIf facts.isMaster {
      clientCertAuth = mkDefault true;
      peerClientCertAuth = mkDefault true;
      listenClientUrls = mkDefault [ "https://127.0.0.1:2379" ];
      listenPeerUrls = mkDefault [ "https://127.0.0.1:2380" ];
      advertiseClientUrls = mkDefault [ "https://127.0.0.1:2379" ];
      initialAdvertisePeerUrls = mkDefault [ "https://127.0.0.1:2380" ];
      name = mkDefault facts.nodeName;
      initialCluster = mkDefault [ "${facts.nodeName}=https://127.0.0.1:2380" ];
      trustedCaFile = mkDefault bundles.etcdClient;
      certFile = mkDefault certificates.etcd.cert;
      keyFile = mkDefault certificates.etcd.key;
      peerTrustedCaFile = mkDefault bundles.etcdPeer;
      peerCertFile = mkDefault certificates.etcdPeer.cert;
      peerKeyFile = mkDefault certificates.etcdPeer.key;
    };
  };
}
