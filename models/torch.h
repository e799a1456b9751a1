#pragma once

// What this folder uses of LibTorch, precompiled: <torch/torch.h> costs twice the time and memory.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>
