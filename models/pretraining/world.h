#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"

namespace spanwise {

/// This process among those that carry out one run together.
struct World {
    int rank = 0, size = 1;
    int localRank = 0;         ///< among those of this machine: which GPU is its own
    int localSize = 1;         ///< how many they are; 1 also where the launcher does not say
    std::string address;       ///< where the processes meet: a machine's name or address
    std::uint16_t port = 0;    ///< and its port
    std::string attempt;       ///< of a launcher that starts a run again after a failure
    bool meetingKept = false;  ///< the launcher itself listens there, not the first process
    [[nodiscard]] bool isAlone() const { return size == 1; }
};

/// The value of an environment variable, null where there is none.
using Variable = std::function<const char*(const char*)>;

/// What a launcher says in a process's environment: torchrun (RANK, WORLD_SIZE, LOCAL_RANK,
/// LOCAL_WORLD_SIZE, MASTER_ADDR, MASTER_PORT), Open MPI (OMPI_COMM_WORLD_…), MPICH and Intel MPI
/// (PMI_…), and Slurm's srun (SLURM_PROCID, SLURM_NTASKS, SLURM_LOCALID), in this order.
/// MASTER_ADDR and MASTER_PORT hold for all; where they are missing, srun's list of machines and
/// processes of one machine do. None of these variables: a world of one. InvalidArgument says which
/// variable is missing or makes no sense, and what to do.
[[nodiscard]] Result<World> worldFrom(const Variable& variable);

}  // namespace spanwise
