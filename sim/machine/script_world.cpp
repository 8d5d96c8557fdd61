// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/script_world.hpp"

#include "sim/machine/scripted_host.hpp"
#include "sim/models/cache_line.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
[[nodiscard]] auto call_of (Operation::Kind kind, std::uint64_t function,
                            std::initializer_list<std::uint64_t> arguments) -> Operation {
    Operation operation;
    operation.kind           = kind;
    operation.registers.x[0] = function;
    std::ranges::copy (arguments, operation.registers.x.begin () + 1);
    return operation;
}

[[nodiscard]] auto access_of (AccessKind kind, Va va, AccessOptions options, std::uint64_t value = 0) -> Operation {
    Operation operation;
    operation.kind   = Operation::Kind::access;
    operation.access = {.va         = va,
                        .kind       = kind,
                        .size       = options.size,
                        .exclusive  = options.exclusive,
                        .from_el0   = options.from_el0,
                        .attributes = options.attributes};
    operation.value  = value;
    return operation;
}

[[nodiscard]] auto operation_of (Operation::Kind kind, std::uint64_t value = 0) -> Operation {
    Operation operation;
    operation.kind  = kind;
    operation.value = value;
    return operation;
}

[[nodiscard]] auto register_operation (Operation::Kind kind, hal::SystemRegister which, std::uint64_t value = 0)
    -> Operation {
    Operation operation = operation_of (kind, value);
    operation.which     = which;
    return operation;
}
}  // namespace

auto ScriptWorld::hvc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments) -> AwaitedCall {
    return {*this, call_of (Operation::Kind::hvc, function, arguments)};
}

auto ScriptWorld::smc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments) -> AwaitedCall {
    return {*this, call_of (Operation::Kind::smc, function, arguments)};
}

auto ScriptWorld::load (Va va, AccessOptions options) -> AwaitedValue {
    return {*this, access_of (AccessKind::read, va, options)};
}

auto ScriptWorld::store (Va va, std::uint64_t value, AccessOptions options) -> AwaitedDone {
    return {*this, access_of (AccessKind::write, va, options, value)};
}

auto ScriptWorld::fetch (Va va, AccessOptions options) -> AwaitedValue {
    options.size = scripted_host::instruction_size;
    return {*this, access_of (AccessKind::fetch, va, options)};
}

auto ScriptWorld::load (Ipa ipa, AccessOptions options) -> AwaitedValue {
    return load (Va{ipa.value ()}, options);
}

auto ScriptWorld::store (Ipa ipa, std::uint64_t value, AccessOptions options) -> AwaitedDone {
    return store (Va{ipa.value ()}, value, options);
}

auto ScriptWorld::fetch (Ipa ipa, AccessOptions options) -> AwaitedValue {
    return fetch (Va{ipa.value ()}, options);
}

auto ScriptWorld::maintain (CacheOperation operation, Va va, AccessOptions options) -> AwaitedDone {
    const bool zero = operation == CacheOperation::zero;
    options.size    = zero ? cache_line_size : 1;
    auto made       = access_of (zero ? AccessKind::write : AccessKind::read, va.align_down (options.size), options);

    made.kind               = Operation::Kind::maintain;
    made.maintenance        = operation;
    made.access.maintenance = !zero;
    return {*this, made};
}

auto ScriptWorld::maintain (CacheOperation operation, Ipa ipa, AccessOptions options) -> AwaitedDone {
    return maintain (operation, Va{ipa.value ()}, options);
}

auto ScriptWorld::trapped (std::uint64_t syndrome) -> AwaitedDone {
    return {*this, operation_of (Operation::Kind::trapped, syndrome)};
}

auto ScriptWorld::wfi () -> AwaitedVoid {
    return {*this, operation_of (Operation::Kind::wfi)};
}

auto ScriptWorld::take_interrupt () -> AwaitedTaken {
    return {*this, operation_of (Operation::Kind::take)};
}

auto ScriptWorld::take_system_error () -> AwaitedBool {
    return {*this, operation_of (Operation::Kind::take_error)};
}

auto ScriptWorld::mrs (hal::SystemRegister which) -> AwaitedValue {
    return {*this, register_operation (Operation::Kind::read_register, which)};
}

auto ScriptWorld::msr (hal::SystemRegister which, std::uint64_t value) -> AwaitedDone {
    return {*this, register_operation (Operation::Kind::write_register, which, value)};
}

auto ScriptWorld::nop () -> AwaitedVoid {
    return {*this, operation_of (Operation::Kind::nop)};
}

}  // namespace ravelin::sim
