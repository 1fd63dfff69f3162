# The certificates of services.kubernetes.pki.certs as ca-server issues them, by the names they have
# there, and the files that take the place of its one CA. Pure data, held against the tables of the
# layout and the profiles by test/conformance/nix-module.test.ts.
let
  secrets = "/var/lib/kubernetes/secrets";

  certificate =
    {
      name,
      profile ? name,
      CN,
      O ? null,
      owner ? "kubernetes",
      unit ? null,
      roles ? [ "master" ],
    }:
    {
      inherit
        name
        profile
        CN
        O
        owner
        unit
        roles
        ;
      mode = "0600";
      cert = "${secrets}/${name}.pem";
      key = "${secrets}/${name}-key.pem";
    };

  every = [
    "worker"
    "master"
  ];
in
{
  inherit secrets;

  certificates = {
    kubelet = certificate {
      name = "kubelet";
      profile = "kubelet-serving";
      CN = "system:node:{node.name}";
      O = "system:nodes";
      unit = "kubelet.service";
      roles = every;
    };
    kubeletClient = certificate {
      name = "kubelet-client";
      CN = "system:node:{node.name}";
      O = "system:nodes";
      unit = "kubelet.service";
      roles = every;
    };
    kubeProxyClient = certificate {
      name = "kube-proxy-client";
      CN = "system:kube-proxy";
      unit = "kube-proxy.service";
      roles = every;
    };
    flannelClient = certificate {
      name = "flannel-client";
      CN = "flannel-client";
      owner = "root";
      unit = "flanneld.service";
      roles = every;
    };
    apiServer = certificate {
      name = "kube-apiserver";
      CN = "kubernetes";
      unit = "kube-apiserver.service";
    };
    apiserverProxyClient = certificate {
      name = "kube-apiserver-proxy-client";
      profile = "front-proxy-client";
      CN = "front-proxy-client";
      unit = "kube-apiserver.service";
    };
    apiserverKubeletClient = certificate {
      name = "kube-apiserver-kubelet-client";
      CN = "system:kube-apiserver";
      unit = "kube-apiserver.service";
    };
    apiserverEtcdClient = certificate {
      name = "kube-apiserver-etcd-client";
      CN = "etcd-client";
      unit = "kube-apiserver.service";
    };
    clusterAdmin = certificate {
      name = "cluster-admin";
      CN = "cluster-admin";
      O = "system:masters";
      owner = "root";
    };
    etcd = certificate {
      name = "etcd";
      profile = "etcd-server";
      CN = "{node.name}";
      owner = "etcd";
      unit = "etcd.service";
    };
    controllerManager = certificate {
      name = "kube-controller-manager";
      CN = "kube-controller-manager";
      unit = "kube-controller-manager.service";
    };
    controllerManagerClient = certificate {
      name = "kube-controller-manager-client";
      CN = "system:kube-controller-manager";
      unit = "kube-controller-manager.service";
    };
    schedulerClient = certificate {
      name = "kube-scheduler-client";
      CN = "system:kube-scheduler";
      unit = "kube-scheduler.service";
    };
    addonManager = certificate {
      name = "kube-addon-manager";
      profile = "kube-addon-manager-client";
      CN = "system:kube-addon-manager";
      unit = "kube-addon-manager.service";
    };

    # What NixOS has no certificate for.
    etcdPeer = certificate {
      name = "etcd-peer";
      CN = "kube-etcd-peer";
      owner = "etcd";
      unit = "etcd.service";
    };
    etcdHealthcheckClient = certificate {
      name = "etcd-healthcheck-client";
      CN = "kube-etcd-healthcheck-client";
      owner = "root";
    };
    scheduler = certificate {
      name = "kube-scheduler";
      CN = "kube-scheduler";
      unit = "kube-scheduler.service";
    };
  };

  # A key pair and no certificate: what it signs must outlive every certificate.
  serviceAccount = {
    key = "${secrets}/service-account-key.pem";
    cert = "${secrets}/service-account.pem";
    bundle = "${secrets}/service-account-bundle.pem";
  };

  bundles = {
    clientCa = "${secrets}/ca.pem";
    serverCa = "${secrets}/server-ca.pem";
    etcdClient = "${secrets}/etcd-ca.pem";
    etcdPeer = "${secrets}/etcd-peer-ca.pem";
    frontProxy = "${secrets}/front-proxy-ca.pem";
  };

  kubeconfigs = {
    flannel = "/etc/kubernetes/flannel.kubeconfig";
    addonManager = "/etc/kubernetes/kube-addon-manager.kubeconfig";
    clusterAdmin = "/etc/kubernetes/cluster-admin.kubeconfig";
  };
}
