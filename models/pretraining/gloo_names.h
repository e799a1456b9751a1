#pragma once

// LibTorch's wheels have c10d's ProcessGroupGloo.hpp but not Gloo's own headers. These are the
// names of Gloo that it mentions. Nothing of ours calls them: their code and layout are inside
// LibTorch, which makes and destroys such objects, and c10d's classes hold pointers to them alone.
#include <chrono>
#include <string>
#include <vector>

namespace gloo {

class Context {
public:
    void setTimeout(std::chrono::milliseconds timeout);
};

namespace rendezvous {
class Store {
public:
    virtual ~Store() = default;
    virtual void set(const std::string& key, const std::vector<char>& value) = 0;
    virtual std::vector<char> get(const std::string& key) = 0;
    virtual void wait(const std::vector<std::string>& keys) = 0;
    virtual void wait(const std::vector<std::string>& keys,
                      const std::chrono::milliseconds& timeout) = 0;
};
}  // namespace rendezvous

namespace transport {
class Device;
class UnboundBuffer;
}  // namespace transport

}  // namespace gloo
