#pragma once

#include <memory>
#include <string>

namespace spanwise::storage {

/// The right to write to a project: an exclusive flock on "NAME.spanwise.lock", which the system
/// takes back when the process dies, however it dies. The file names its holder and goes with the
/// lock.
class ProjectLock {
public:
    struct Attempt {
        std::unique_ptr<ProjectLock> lock;
        std::string reason;  ///< For people, when there is no lock.
    };
    [[nodiscard]] static Attempt acquire(const std::string& projectPath);
    /// Whether some process (this one too) holds it now.
    [[nodiscard]] static bool isHeld(const std::string& projectPath);

    ~ProjectLock();
    ProjectLock(const ProjectLock&) = delete;
    ProjectLock& operator=(const ProjectLock&) = delete;

private:
    ProjectLock(int descriptor, std::string path);

    int m_descriptor;
    std::string m_path;
};

}  // namespace spanwise::storage
