/*
 * ioctl, by a table of what the argument is. Request codes are x86-64's, which are those of all our hosts.
 * What is not in the table may hold pointers of the guest, and is refused.
 */
#include "refuse.h"
#include "syscalls.h"

#include <linux/cdrom.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_tun.h>
#include <linux/if_vlan.h>
#include <linux/input.h>
#include <linux/kd.h>
#include <linux/loop.h>
#include <linux/nsfs.h>
#include <linux/random.h>
#include <linux/route.h>
#include <linux/rtc.h>
#include <linux/sockios.h>
#include <linux/vt.h>
#include <linux/watchdog.h>
#include <stdlib.h>
#include <string.h>
#include <asm/ioctls.h>
#include <asm/termbits.h>

enum argument {
	NUMBER, /* an integer, or nothing */
	PLAIN,	/* a pointer to something without pointers, of the same layout everywhere */
	IFREQ,	/* struct ifreq whose ifr_data is a pointer to something plain */
	ROUTE,	/* struct rtentry */
	IFCONF, /* struct ifconf */
};

static const struct {
	uint32_t request;
	enum argument argument;
} requests[] = {
	/* clang-format off */
	/* terminals */
	{TCGETS, PLAIN}, {TCSETS, PLAIN}, {TCSETSW, PLAIN}, {TCSETSF, PLAIN}, {TCGETA, PLAIN},
	{TCSETA, PLAIN}, {TCSETAW, PLAIN}, {TCSETAF, PLAIN}, {TCGETS2, PLAIN}, {TCSETS2, PLAIN},
	{TCSETSW2, PLAIN}, {TCSETSF2, PLAIN},
	{TCSBRK, NUMBER}, {TCXONC, NUMBER}, {TCFLSH, NUMBER}, {TIOCEXCL, NUMBER},
	{TIOCNXCL, NUMBER}, {TIOCSCTTY, NUMBER}, {TIOCCONS, NUMBER}, {TCSBRKP, NUMBER},
	{TIOCSBRK, NUMBER}, {TIOCCBRK, NUMBER}, {TIOCNOTTY, NUMBER}, {TIOCVHANGUP, NUMBER},
	{TIOCSIG, NUMBER}, {TIOCGPTPEER, NUMBER},
	{TIOCGPGRP, PLAIN}, {TIOCSPGRP, PLAIN}, {TIOCOUTQ, PLAIN}, {TIOCSTI, PLAIN},
	{TIOCGWINSZ, PLAIN}, {TIOCSWINSZ, PLAIN}, {TIOCMGET, PLAIN}, {TIOCMBIS, PLAIN},
	{TIOCMBIC, PLAIN}, {TIOCMSET, PLAIN}, {TIOCGSOFTCAR, PLAIN}, {TIOCSSOFTCAR, PLAIN},
	{TIOCPKT, PLAIN}, {TIOCSETD, PLAIN}, {TIOCGETD, PLAIN}, {TIOCGSID, PLAIN},
	{TIOCGPTN, PLAIN}, {TIOCSPTLCK, PLAIN}, {TIOCGDEV, PLAIN}, {TIOCGPKT, PLAIN},
	{TIOCGPTLCK, PLAIN}, {TIOCGEXCL, PLAIN}, {TIOCSERGETLSR, PLAIN}, {TIOCGICOUNT, PLAIN},
	{TIOCGRS485, PLAIN}, {TIOCSRS485, PLAIN},
	{TIOCMIWAIT, NUMBER},
	/* any descriptor */
	{FIONREAD, PLAIN}, {FIONBIO, PLAIN}, {FIOASYNC, PLAIN}, {FIOQSIZE, PLAIN},
	{FIOSETOWN, PLAIN}, {FIOGETOWN, PLAIN}, {SIOCSPGRP, PLAIN}, {SIOCGPGRP, PLAIN},
	{SIOCATMARK, PLAIN},
	{FIOCLEX, NUMBER}, {FIONCLEX, NUMBER},
	/* files */
	{FIBMAP, PLAIN}, {FIGETBSZ, PLAIN}, {FIFREEZE, PLAIN}, {FITHAW, PLAIN}, {FITRIM, PLAIN},
	{FICLONERANGE, PLAIN}, {FIDEDUPERANGE, PLAIN}, {FS_IOC_GETFLAGS, PLAIN},
	{FS_IOC_SETFLAGS, PLAIN}, {FS_IOC_GETVERSION, PLAIN}, {FS_IOC_SETVERSION, PLAIN},
	{FS_IOC_FIEMAP, PLAIN}, {FS_IOC_FSGETXATTR, PLAIN}, {FS_IOC_FSSETXATTR, PLAIN},
	{FS_IOC_GETFSLABEL, PLAIN}, {FS_IOC_SETFSLABEL, PLAIN},
	{FICLONE, NUMBER},
	/* block devices */
	{BLKROSET, PLAIN}, {BLKROGET, PLAIN}, {BLKGETSIZE, PLAIN}, {BLKRAGET, PLAIN},
	{BLKFRAGET, PLAIN}, {BLKSECTGET, PLAIN}, {BLKSSZGET, PLAIN}, {BLKBSZGET, PLAIN},
	{BLKBSZSET, PLAIN}, {BLKGETSIZE64, PLAIN}, {BLKDISCARD, PLAIN}, {BLKIOMIN, PLAIN},
	{BLKIOOPT, PLAIN}, {BLKALIGNOFF, PLAIN}, {BLKPBSZGET, PLAIN}, {BLKDISCARDZEROES, PLAIN},
	{BLKSECDISCARD, PLAIN}, {BLKROTATIONAL, PLAIN}, {BLKZEROOUT, PLAIN},
	{BLKGETDISKSEQ, PLAIN},
	{BLKRRPART, NUMBER}, {BLKFLSBUF, NUMBER}, {BLKRASET, NUMBER}, {BLKFRASET, NUMBER},
	{LOOP_SET_FD, NUMBER}, {LOOP_CLR_FD, NUMBER}, {LOOP_CHANGE_FD, NUMBER},
	{LOOP_SET_CAPACITY, NUMBER}, {LOOP_SET_DIRECT_IO, NUMBER}, {LOOP_SET_BLOCK_SIZE, NUMBER},
	{LOOP_CTL_ADD, NUMBER}, {LOOP_CTL_REMOVE, NUMBER}, {LOOP_CTL_GET_FREE, NUMBER},
	{LOOP_SET_STATUS64, PLAIN}, {LOOP_GET_STATUS64, PLAIN}, {LOOP_CONFIGURE, PLAIN},
	{CDROMEJECT, NUMBER}, {CDROMCLOSETRAY, NUMBER}, {CDROM_DRIVE_STATUS, NUMBER},
	{CDROM_GET_CAPABILITY, NUMBER}, {CDROM_LOCKDOOR, NUMBER}, {CDROM_MEDIA_CHANGED, NUMBER},
	{CDROM_DISC_STATUS, NUMBER},
	/* network interfaces and routes */
	{SIOCADDRT, ROUTE}, {SIOCDELRT, ROUTE},
	{SIOCGIFCONF, IFCONF},
	{SIOCETHTOOL, IFREQ},
	{SIOCGMIIPHY, PLAIN},
	{SIOCGMIIREG, PLAIN},
	{SIOCSMIIREG, PLAIN},
	{SIOCSHWTSTAMP, IFREQ},
	{SIOCGHWTSTAMP, IFREQ},
	{SIOCGIFNAME, PLAIN}, {SIOCGIFFLAGS, PLAIN}, {SIOCSIFFLAGS, PLAIN}, {SIOCGIFADDR, PLAIN},
	{SIOCSIFADDR, PLAIN}, {SIOCGIFDSTADDR, PLAIN}, {SIOCSIFDSTADDR, PLAIN},
	{SIOCGIFBRDADDR, PLAIN}, {SIOCSIFBRDADDR, PLAIN}, {SIOCGIFNETMASK, PLAIN},
	{SIOCSIFNETMASK, PLAIN}, {SIOCGIFMETRIC, PLAIN}, {SIOCSIFMETRIC, PLAIN},
	{SIOCGIFMTU, PLAIN}, {SIOCSIFMTU, PLAIN}, {SIOCSIFNAME, PLAIN}, {SIOCSIFHWADDR, PLAIN},
	{SIOCGIFHWADDR, PLAIN}, {SIOCADDMULTI, PLAIN}, {SIOCDELMULTI, PLAIN},
	{SIOCGIFINDEX, PLAIN}, {SIOCSIFHWBROADCAST, PLAIN}, {SIOCGIFCOUNT, PLAIN},
	{SIOCGIFTXQLEN, PLAIN}, {SIOCSIFTXQLEN, PLAIN}, {SIOCGIFMAP, PLAIN}, {SIOCSIFMAP, PLAIN},
	{SIOCSIFPFLAGS, PLAIN}, {SIOCGIFPFLAGS, PLAIN}, {SIOCDIFADDR, PLAIN}, {SIOCDARP, PLAIN},
	{SIOCGARP, PLAIN}, {SIOCSARP, PLAIN}, {SIOCGIFVLAN, PLAIN}, {SIOCSIFVLAN, PLAIN},
	{SIOCBRADDBR, PLAIN}, {SIOCBRDELBR, PLAIN}, {SIOCBRADDIF, PLAIN}, {SIOCBRDELIF, PLAIN},
	{SIOCGSTAMP, PLAIN}, {SIOCGSTAMPNS, PLAIN},
	{TUNSETIFF, PLAIN}, {TUNGETIFF, PLAIN}, {TUNGETFEATURES, PLAIN}, {TUNGETSNDBUF, PLAIN},
	{TUNSETSNDBUF, PLAIN}, {TUNGETVNETHDRSZ, PLAIN}, {TUNSETVNETHDRSZ, PLAIN},
	{TUNSETNOCSUM, NUMBER}, {TUNSETDEBUG, NUMBER}, {TUNSETPERSIST, NUMBER},
	{TUNSETOWNER, NUMBER}, {TUNSETGROUP, NUMBER}, {TUNSETLINK, NUMBER},
	{TUNSETOFFLOAD, NUMBER},
	/* consoles */
	{KDGETLED, PLAIN}, {KDGKBTYPE, PLAIN}, {KDGETMODE, PLAIN}, {KDGKBMODE, PLAIN},
	{KDGKBENT, PLAIN}, {KDSKBENT, PLAIN}, {KDGKBLED, PLAIN}, {KDGKBMETA, PLAIN},
	{VT_OPENQRY, PLAIN}, {VT_GETMODE, PLAIN}, {VT_SETMODE, PLAIN}, {VT_GETSTATE, PLAIN},
	{VT_RESIZE, PLAIN}, {VT_RESIZEX, PLAIN},
	{KIOCSOUND, NUMBER}, {KDMKTONE, NUMBER}, {KDSETLED, NUMBER}, {KDSETMODE, NUMBER},
	{KDSKBMODE, NUMBER}, {KDSKBLED, NUMBER}, {KDSKBMETA, NUMBER}, {VT_RELDISP, NUMBER},
	{VT_ACTIVATE, NUMBER}, {VT_WAITACTIVE, NUMBER}, {VT_DISALLOCATE, NUMBER},
	{VT_LOCKSWITCH, NUMBER}, {VT_UNLOCKSWITCH, NUMBER},
	/* clocks, watchdogs, entropy */
	{RTC_AIE_ON, NUMBER}, {RTC_AIE_OFF, NUMBER}, {RTC_UIE_ON, NUMBER}, {RTC_UIE_OFF, NUMBER},
	{RTC_PIE_ON, NUMBER}, {RTC_PIE_OFF, NUMBER}, {RTC_IRQP_SET, NUMBER},
	{RTC_EPOCH_SET, NUMBER}, {RTC_VL_CLR, NUMBER},
	{RTC_ALM_SET, PLAIN}, {RTC_ALM_READ, PLAIN}, {RTC_RD_TIME, PLAIN}, {RTC_SET_TIME, PLAIN},
	{RTC_IRQP_READ, PLAIN}, {RTC_EPOCH_READ, PLAIN}, {RTC_WKALM_SET, PLAIN},
	{RTC_WKALM_RD, PLAIN}, {RTC_VL_READ, PLAIN},
	{WDIOC_GETSUPPORT, PLAIN}, {WDIOC_GETSTATUS, PLAIN}, {WDIOC_GETBOOTSTATUS, PLAIN},
	{WDIOC_GETTEMP, PLAIN}, {WDIOC_SETOPTIONS, PLAIN}, {WDIOC_KEEPALIVE, PLAIN},
	{WDIOC_SETTIMEOUT, PLAIN}, {WDIOC_GETTIMEOUT, PLAIN}, {WDIOC_SETPRETIMEOUT, PLAIN},
	{WDIOC_GETPRETIMEOUT, PLAIN}, {WDIOC_GETTIMELEFT, PLAIN},
	{RNDGETENTCNT, PLAIN}, {RNDADDTOENTCNT, PLAIN}, {RNDADDENTROPY, PLAIN},
	{RNDZAPENTCNT, NUMBER}, {RNDCLEARPOOL, NUMBER}, {RNDRESEEDCRNG, NUMBER},
	/* namespaces */
	{NS_GET_USERNS, NUMBER}, {NS_GET_PARENT, NUMBER}, {NS_GET_NSTYPE, NUMBER},
	{NS_GET_OWNER_UID, PLAIN},
	/* clang-format on */
};

/* Whole ranges by type letter: evdev and joysticks, whose sizes vary and are in the request. Not EVIOCGMASK, whose
 * structure has a pointer, nor what may come after it. */
static bool is_plain_device(uint32_t request)
{
	uint32_t type = _IOC_TYPE(request);

	return ((type == 'E' && _IOC_NR(request) < _IOC_NR(EVIOCGMASK)) || type == 'j') &&
	       _IOC_DIR(request) == _IOC_READ;
}

/* struct ifreq: 40 bytes in guest and host, of which 16 are the name. */
struct guest_ifreq {
	char name[IFNAMSIZ];
	union {
		uint32_t data;
		char rest[24];
	};
};
_Static_assert(sizeof(struct guest_ifreq) == sizeof(struct ifreq), "struct ifreq");

static int64_t ioctl_ifreq(struct thread *t, int32_t fd, uint32_t request, uint32_t argp)
{
	struct guest_ifreq g;
	struct ifreq native = {0};

	if (copy_in(t, &g, argp, sizeof(g)))
		return -EFAULT;
	memcpy(native.ifr_name, g.name, sizeof(g.name));
	native.ifr_data = guest_or_null(t, g.data);
	return HOST(ioctl, fd, request, &native);
}

static int64_t ioctl_ifconf(struct thread *t, int32_t fd, uint32_t argp)
{
	struct {
		int32_t len;
		uint32_t buf;
	} g;
	struct ifconf native;
	int64_t r;

	if (copy_in(t, &g, argp, sizeof(g)))
		return -EFAULT;
	native.ifc_len = g.len;
	native.ifc_buf = guest_or_null(t, g.buf);
	r = HOST(ioctl, fd, SIOCGIFCONF, &native);
	g.len = native.ifc_len;
	if (r >= 0 && copy_out(t, argp, &g.len, sizeof(g.len)))
		return -EFAULT;
	return r;
}

/* struct rtentry: the same up to rt_metric, then the device's name behind a pointer. */
struct guest_rtentry {
	char same[offsetof(struct rtentry, rt_metric) + sizeof(short)];
	uint32_t dev __attribute__((aligned(4)));
	uint64_t mtu, window;
	uint16_t irtt;
};
_Static_assert(sizeof(struct guest_rtentry) == 112, "struct rtentry with pointers of 4 bytes");

static int64_t ioctl_route(struct thread *t, int32_t fd, uint32_t request, uint32_t argp)
{
	struct guest_rtentry g;
	struct rtentry native = {0};

	if (copy_in(t, &g, argp, sizeof(g)))
		return -EFAULT;
	memcpy(&native, g.same, sizeof(g.same));
	native.rt_dev = guest_or_null(t, g.dev);
	native.rt_mtu = g.mtu;
	native.rt_window = g.window;
	native.rt_irtt = g.irtt;
	return HOST(ioctl, fd, request, &native);
}

int64_t sys_ioctl(struct thread *t, int32_t fd, int32_t request, uint32_t argp)
{
	uint32_t r = (uint32_t)request;
	enum argument argument = NUMBER;
	bool known = is_plain_device(r);

	if (known)
		argument = PLAIN;
	for (size_t i = 0; !known && i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (requests[i].request != r)
			continue;
		argument = requests[i].argument;
		known = true;
	}
	if (!known) {
		int64_t flags = HOST(fcntl, fd, 3 /* F_GETFL */);

		if (flags < 0)
			return flags;
		refuse_once("ioctl", r, r);
		return -ENOTTY;
	}
	switch (argument) {
	case IFREQ: return ioctl_ifreq(t, fd, r, argp);
	case ROUTE: return ioctl_route(t, fd, r, argp);
	case IFCONF: return ioctl_ifconf(t, fd, argp);
	/* Draining a terminal waits, and so does touching one from the background. */
	case PLAIN: return BLOCKING(t, RESTART_SA, ioctl, fd, r, guest_or_null(t, argp));
	case NUMBER: break;
	}
	return BLOCKING(t, RESTART_SA, ioctl, fd, r, (int64_t)(int32_t)argp);
}
