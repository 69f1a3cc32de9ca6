import type { Area } from './index';

const pair: Area = {
  zh: {
    title: '手机连上中心', why: '手机要用相机和定位，就必须信任本中心的证书。每台手机只做一次。', step1: '1 手机连到中心所在的网络', step2: '2 下载并安装证书', step3: '3 用系统浏览器打开中心',
    download: '下载证书', check: '安装前核对指纹：', android: '安卓', android_how: '打开下载的文件；或：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书，选 gridwarden-ca.crt。',
    ios: 'iPhone', ios_how: '用 Safari 打开本页并下载，然后：设置 → 已下载描述文件 → 安装；再到：通用 → 关于本机 → 证书信任设置，打开它。',
    windows: 'Windows', windows_how: '双击文件 → 安装证书 → 本地计算机 → 受信任的根证书颁发机构。', own: '本中心使用正式证书，不用安装。', no_tls: '本中心没有开启加密端口，手机不能用相机和定位。', scan: '扫码打开本页', open: '打开中心', wechat: '微信里打开的页面不能安装证书：请点右上角，用系统浏览器打开。',
    honest: '网页不能在锁屏时响铃，也不能越过静音。上岗时请保持页面打开；看不到页面时，值机台改用电台和电话。',
  },
  en: {
    title: 'Connect a phone', why: 'A phone gives camera and position only to a center whose certificate it trusts. Once for each phone.', step1: '1 Join the network of the center', step2: '2 Download and install the certificate', step3: '3 Open the center in the system browser',
    download: 'Download certificate', check: 'Compare the fingerprint first:', android: 'Android', android_how: 'Open the downloaded file; or Settings → Security → Encryption and credentials → Install a certificate → CA certificate, choose gridwarden-ca.crt.',
    ios: 'iPhone', ios_how: 'Open this page in Safari and download, then Settings → Profile downloaded → Install, and General → About → Certificate trust settings: switch it on.',
    windows: 'Windows', windows_how: 'Open the file → Install certificate → Local machine → Trusted root certification authorities.', own: 'This center has a public certificate: nothing to install.', no_tls: 'This center has no encrypted port: phones get no camera and no position.', scan: 'Scan to open this page', open: 'Open the center', wechat: 'A page inside WeChat cannot install a certificate: open it in the system browser from the menu.',
    honest: 'A page cannot ring over a lock screen nor override silence. Keep it open on duty; when it cannot be seen, the desk uses radio and telephone.',
  },
};
export default pair;
