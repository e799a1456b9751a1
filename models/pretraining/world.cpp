#include "models/pretraining/world.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace spanwise {
namespace {

constexpr int kMostProcesses = 1 << 20;
/// torchrun's own default.
constexpr std::int64_t kPort = 29500;
/// Two of srun's runs on one machine should not meet: their ports follow from their numbers.
constexpr std::int64_t kFirstSlurmPort = 20000, kSlurmPorts = 9000;

/// The variables of one launcher; empty names: it has none such.
struct Launcher {
    const char* name;
    const char *rank, *size, *localRank, *localSize;
};
constexpr std::array kLaunchers{
    Launcher{"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    Launcher{"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
             "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    Launcher{"MPI", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    Launcher{"Slurm", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", ""}};

class Reader {
public:
    explicit Reader(const Variable& variable) : m_variable(variable) {}

    [[nodiscard]] std::string text(const char* name) const {
        const char* const value = *name == '\0' ? nullptr : m_variable(name);
        return value == nullptr ? std::string() : std::string(value);
    }
    [[nodiscard]] bool has(const char* name) const { return !text(name).empty(); }

    /// Of a variable that must be there; keeps the first error.
    std::int64_t number(const char* name, std::int64_t least, std::int64_t most,
                        const std::string& remedy) {
        const std::string value = text(name);
        std::int64_t result = least;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), result);
        if (value.empty())
            fail(std::string(name) + " is not set. " + remedy);
        else if (error != std::errc() || end != value.data() + value.size() || result < least ||
                 result > most)
            fail(std::string(name) + " is \"" + value + "\", but must be a whole number from " +
                 std::to_string(least) + " to " + std::to_string(most) + ". " + remedy);
        return result;
    }
    void fail(std::string message) {
        if (!m_error)
            m_error = Error{ErrorCode::InvalidArgument, std::move(message), {}};
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    const Variable& m_variable;
    std::optional<Error> m_error;
};

/// The first machine of a list as Slurm writes it: "gpu[003-010,12],login" is gpu003.
std::string firstMachine(std::string_view list) {
    const std::size_t bracket = list.find('[');
    const std::size_t comma = list.find(',');
    if (bracket == std::string_view::npos || comma < bracket)
        return std::string(list.substr(0, comma));
    const std::string_view inside = list.substr(bracket + 1);
    return std::string(list.substr(0, bracket)) +
           std::string(inside.substr(0, inside.find_first_of("-,]")));
}

}  // namespace

Result<World> worldFrom(const Variable& variable) {
    Reader read(variable);
    World world;
    // A batch script has srun's variables too, but only what srun starts is one of many.
    const bool isBatchScript = read.has("SLURM_JOB_ID") && !read.has("SLURM_STEP_ID");
    // srun --mpi=pmi2 sets MPI's variables as well, with the same numbers. Under a mpirun that
    // starts its helpers by srun they differ, and MPI's are those of the processes.
    const std::string tasks =
        read.text(read.has("SLURM_STEP_NUM_TASKS") ? "SLURM_STEP_NUM_TASKS" : "SLURM_NTASKS");
    const bool isSrun = !isBatchScript && read.has("SLURM_PROCID") &&
                        read.text("PMI_RANK") == read.text("SLURM_PROCID") &&
                        read.text("PMI_SIZE") == tasks;
    const Launcher* launcher = nullptr;
    for (const Launcher& one : kLaunchers) {
        if (isSrun && one.rank == std::string_view("PMI_RANK"))
            continue;
        const bool isSlurm = one.rank == std::string_view("SLURM_PROCID");
        const bool isSaid = isSlurm ? read.has(one.rank) && !isBatchScript
                                    : read.has(one.rank) || read.has(one.size);
        if (launcher == nullptr && isSaid)
            launcher = &one;
    }
    if (launcher == nullptr)
        return world;
    const bool isSlurm = launcher->rank == std::string_view("SLURM_PROCID");
    const std::string remedy =
        "Start all processes with one launcher, as torchrun --no-python --nproc-per-node=N "
        "spanwise-cli pretrain …, srun or mpirun, or set RANK, WORLD_SIZE, MASTER_ADDR and "
        "MASTER_PORT for each.";
    // Of a job's tasks this step may have fewer.
    const char* const size =
        isSlurm && read.has("SLURM_STEP_NUM_TASKS") ? "SLURM_STEP_NUM_TASKS" : launcher->size;
    world.size = static_cast<int>(read.number(size, 1, kMostProcesses, remedy));
    world.rank = static_cast<int>(read.number(launcher->rank, 0, world.size - 1, remedy));
    if (read.error() || world.isAlone())
        return read.error() ? Result<World>(tl::unexpected(*read.error())) : Result<World>(world);
    if (read.has(launcher->localRank))
        world.localRank =
            static_cast<int>(read.number(launcher->localRank, 0, world.size - 1, remedy));
    if (read.has(launcher->localSize))
        world.localSize = static_cast<int>(read.number(launcher->localSize, 1, world.size, remedy));
    else if (isSlurm && read.text("SLURM_STEP_NUM_NODES") == "1")
        world.localSize = world.size;

    world.address = read.text("MASTER_ADDR");
    if (world.address.empty() && isSlurm)
        world.address = firstMachine(read.text("SLURM_STEP_NODELIST"));
    if (world.address.empty() && !isSlurm && launcher != kLaunchers.data() &&
        world.localSize == world.size)
        world.address = "127.0.0.1";
    if (world.address.empty())
        read.fail("There are " + std::to_string(world.size) + " processes (" + size +
                  "), but nothing says where they meet. Set MASTER_ADDR to the machine of process "
                  "0 (127.0.0.1 when all are on one) and MASTER_PORT to a free port there.");
    if (read.has("MASTER_PORT")) {
        world.port = static_cast<std::uint16_t>(read.number("MASTER_PORT", 1, 65535, remedy));
    } else if (isSlurm && read.has("SLURM_JOB_ID")) {
        const std::int64_t job =
            read.number("SLURM_JOB_ID", 0, std::int64_t{1} << 40, remedy) * 16 +
            read.number("SLURM_STEP_ID", 0, std::int64_t{1} << 40, remedy);
        world.port = static_cast<std::uint16_t>(kFirstSlurmPort + job % kSlurmPorts);
    } else {
        world.port = static_cast<std::uint16_t>(kPort);
    }
    world.attempt = read.text("TORCHELASTIC_RESTART_COUNT");
    world.meetingKept = read.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
    if (read.error())
        return tl::unexpected(*read.error());
    return world;
}

}  // namespace spanwise
