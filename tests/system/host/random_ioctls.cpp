// SPDX-License-Identifier: BSD-2-Clause
// random_ioctls SEED COUNT: calls of /dev/kvm, of VMs, vCPUs and interrupt controllers, with random arguments. Nothing
// is expected of one but that it returns.
#include "vmm.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>
#include <vector>

namespace {
constexpr std::uint64_t ram_size   = 8UL << 20;
constexpr std::size_t most_at_once = 24;  // descriptors
constexpr long longest_run_us      = 2000;

constexpr auto requests = std::to_array<unsigned long> ({
    KVM_GET_API_VERSION,
    KVM_CREATE_VM,
    KVM_CHECK_EXTENSION,
    KVM_GET_VCPU_MMAP_SIZE,
    KVM_CREATE_VCPU,
    KVM_SET_USER_MEMORY_REGION,
    KVM_CREATE_IRQCHIP,
    KVM_CREATE_DEVICE,
    KVM_ARM_SET_DEVICE_ADDR,
    KVM_IRQ_LINE,
    KVM_IRQFD,
    KVM_IOEVENTFD,
    KVM_ARM_PREFERRED_TARGET,
    KVM_RUN,
    KVM_ARM_VCPU_INIT,
    KVM_GET_ONE_REG,
    KVM_SET_ONE_REG,
    KVM_GET_REG_LIST,
    KVM_GET_MP_STATE,
    KVM_SET_MP_STATE,
    KVM_GET_VCPU_EVENTS,
    KVM_SET_VCPU_EVENTS,
    KVM_SET_DEVICE_ATTR,
    KVM_GET_DEVICE_ATTR,
    KVM_HAS_DEVICE_ATTR,
    KVM_GET_DIRTY_LOG,
    KVM_SET_GSI_ROUTING,
    KVM_ENABLE_CAP,
    KVM_SET_SIGNAL_MASK,
});

/// What a call may return as a new descriptor.
[[nodiscard]] auto makes_descriptor (unsigned long request) -> bool {
    return request == KVM_CREATE_VM || request == KVM_CREATE_VCPU;
}

class Caller {
  public:
    explicit Caller (std::uint64_t seed) : random_{seed} {
        ram_ = static_cast<char *> (
            mmap (nullptr, ram_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        descriptors_.push_back (open ("/dev/kvm", O_RDWR | O_CLOEXEC));
        descriptors_.push_back (eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC));
    }
    ~Caller () {
        for (const int one : descriptors_) {
            close (one);
        }
        munmap (ram_, ram_size);
    }
    Caller (const Caller &)                     = delete;
    auto operator= (const Caller &) -> Caller & = delete;

    void step () {
        fill_argument ();
        const bool by_value = below (4) == 0;
        const unsigned long which =
            below (50) == 0 ? _IOWR (KVMIO, below (256), std::uint64_t) : requests[below (requests.size ())];
        // What is sensible comes to more places.
        const int target    = descriptors_[below (descriptors_.size ())];
        const auto argument = by_value || which == KVM_RUN || makes_descriptor (which)
                                  ? value_for (which)
                                  : reinterpret_cast<std::uint64_t> (words_.data ());
        const int result    = ioctl (target, which, argument);
        if (result > 2 && makes_descriptor (which)) { add (result, which == KVM_CREATE_VCPU); }
        if (which == KVM_CREATE_DEVICE && result == 0) { add (device_descriptor (), false); }
        if (below (200) == 0) { forget (); }
        if (below (400) == 0) { touch (); }
    }

  private:
    [[nodiscard]] auto below (std::uint64_t limit) -> std::uint64_t { return random_ () % limit; }

    /// A number that is small, an address, a register, or anything.
    [[nodiscard]] auto value () -> std::uint64_t {
        switch (below (8)) {
        case 0:  return below (4);
        case 1:  return below (300);
        case 2:  return reinterpret_cast<std::uint64_t> (ram_) + below (ram_size / 4096) * 4096;
        case 3:  return ram_start + below (4) * 0x20'0000;
        case 4:  return 0x0800'0000 + below (4) * 0x1'0000;
        case 5:  return 0x6030'0000'0010'0000 + below (0x60);
        case 6:  return 1UL << below (64);
        default: return random_ ();
        }
    }

    [[nodiscard]] auto value_for (unsigned long which) -> std::uint64_t {
        switch (which) {
        case KVM_RUN:         return below (20) == 0 ? value () : 0;
        case KVM_CREATE_VM:   return below (4) == 0 ? value () : below (2) == 0 ? plain_vm : protected_vm;
        case KVM_CREATE_VCPU: return below (8) == 0 ? value () : below (3);
        default:              return value ();
        }
    }

    /// What the argument points to: random, or half sensible.
    void fill_argument () {
        for (auto &word : words_) {
            word = value ();
        }
        switch (below (7)) {
        case 0: {
            const kvm_userspace_memory_region region{
                static_cast<std::uint32_t> (below (4)),
                static_cast<std::uint32_t> (below (8) == 0   ? KVM_MEM_READONLY
                                            : below (3) == 0 ? KVM_MEM_LOG_DIRTY_PAGES
                                                             : 0),
                ram_start + below (4) * 0x20'0000, below (5) * 0x20'0000, reinterpret_cast<std::uint64_t> (ram_)};
            std::memcpy (words_.data (), &region, sizeof region);
            break;
        }
        case 1: {
            const kvm_vcpu_init init{KVM_ARM_TARGET_GENERIC_V8, {static_cast<std::uint32_t> (below (8))}};
            std::memcpy (words_.data (), &init, sizeof init);
            break;
        }
        case 2: {
            const kvm_create_device device{KVM_DEV_TYPE_ARM_VGIC_V2, 0, 0};
            std::memcpy (words_.data (), &device, sizeof device);
            break;
        }
        case 3: {
            place_ = 0x0800'0000 + below (3) * 0x1'0000;
            const kvm_device_attr attribute{0, static_cast<std::uint32_t> (below (6)), below (4),
                                            reinterpret_cast<std::uint64_t> (&place_)};
            std::memcpy (words_.data (), &attribute, sizeof attribute);
            break;
        }
        case 5: {
            kvm_dirty_log log{};
            log.slot         = static_cast<std::uint32_t> (below (4));
            log.dirty_bitmap = ram_;
            std::memcpy (words_.data (), &log, sizeof log);
            break;
        }
        case 4: {
            kvm_irqfd irqfd{};
            irqfd.fd    = static_cast<std::uint32_t> (descriptors_[1]);
            irqfd.gsi   = static_cast<std::uint32_t> (below (100));
            irqfd.flags = static_cast<std::uint32_t> (below (2));
            std::memcpy (words_.data (), &irqfd, sizeof irqfd);
            break;
        }
        default: break;
        }
    }

    [[nodiscard]] auto device_descriptor () const -> int {
        kvm_create_device device{};
        std::memcpy (&device, words_.data (), sizeof device);
        return device.flags == 0 ? static_cast<int> (device.fd) : -1;
    }

    void add (int descriptor, bool is_vcpu) {
        if (descriptor <= 2) { return; }
        if (is_vcpu && below (2) == 0) { prepare (descriptor); }
        if (descriptors_.size () == most_at_once) { forget (); }
        descriptors_.push_back (descriptor);
    }

    /// A vCPU that can run, from a random place; every second run ends at once.
    void prepare (int vcpu) {
        const kvm_vcpu_init init{KVM_ARM_TARGET_GENERIC_V8, {}};
        ioctl (vcpu, KVM_ARM_VCPU_INIT, &init);
        auto *const run = static_cast<kvm_run *> (mmap (nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0));
        if (run == MAP_FAILED) { return; }
        run->immediate_exit = below (2) != 0;
        munmap (run, 4096);
    }

    /// Closes one, but for the device and the eventfd.
    void forget () {
        if (descriptors_.size () <= 2) { return; }
        const auto which = descriptors_.begin () + static_cast<long> (2 + below (descriptors_.size () - 2));
        close (*which);
        descriptors_.erase (which);
    }

    /// Has new memory, with the file that protected VMs look for, or without.
    void touch () {
        munmap (ram_, ram_size);
        static_cast<void> (mmap (ram_, ram_size, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0));
        if (below (2) == 0) {
            constexpr std::uint64_t magic = 0x4d4e'494c'4556'4152;
            constexpr std::array<std::uint32_t, 7> header{0xedfe'0dd0, 0x1c00'0000, 0, 0, 0, 0x1100'0000, 0x1000'0000};
            std::memcpy (ram_ + 64, &magic, sizeof magic);
            std::memcpy (ram_ + (4UL << 20), header.data (), sizeof header);
        }
    }

    std::mt19937_64 random_;
    char *ram_;
    std::vector<int> descriptors_;
    // With room for the longest answer, KVM_GET_REG_LIST's.
    std::array<std::uint64_t, 256> words_{};
    std::uint64_t place_{};
};

void on_alarm (int) {}
}  // namespace

auto main (int count, char **words) -> int {
    if (count != 3) {
        std::fprintf (stderr, "usage: random_ioctls SEED COUNT\n");
        return 2;
    }
    struct sigaction action{};
    action.sa_handler = on_alarm;
    sigaction (SIGALRM, &action, nullptr);
    // What doesn't return by itself is interrupted, again and again.
    const itimerval timer{.it_interval = {0, longest_run_us}, .it_value = {0, longest_run_us}};
    setitimer (ITIMER_REAL, &timer, nullptr);

    const auto steps = std::strtoul (words[2], nullptr, 10);
    Caller caller{std::strtoul (words[1], nullptr, 10)};
    for (unsigned long i = 0; i < steps; ++i) {
        caller.step ();
    }
    std::printf ("%lu calls made\n", steps);
}
