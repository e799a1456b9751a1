# Flags for our own code alone, carried by one INTERFACE target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Precompiled headers need the sloppiness, or every hit becomes a miss.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${CCACHE_PROGRAM})
endif()

add_library(spanwise_flags INTERFACE)
target_include_directories(spanwise_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(spanwise_flags INTERFACE SPANWISE_VERSION="${PROJECT_VERSION}")
target_compile_options(spanwise_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2
    -Wno-missing-field-initializers
    # GCC 12 warns of overlapping copies inside std::string's own operator+ (its bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds>
    $<$<BOOL:${SPANWISE_WERROR}>:-Werror>)

if(SPANWISE_SANITIZE)
    add_compile_options(-fsanitize=${SPANWISE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SPANWISE_SANITIZE})
endif()
if(SPANWISE_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
