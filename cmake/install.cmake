# Programs, resources and desktop files. LibTorch goes into a private folder beside the programs,
# where spanwise-cli's rpath finds it.
if(SPANWISE_WITH_TORCH)
    install(TARGETS spanwise-cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    get_filename_component(torch_lib_dir "${TORCH_LIBRARY}" DIRECTORY)
    install(DIRECTORY "${torch_lib_dir}/" DESTINATION "${CMAKE_INSTALL_LIBDIR}/spanwise"
            FILES_MATCHING PATTERN "*.so*")
endif()
install(DIRECTORY resources/samples DESTINATION "${CMAKE_INSTALL_DATADIR}/spanwise"
        FILES_MATCHING PATTERN "*.jsonl" PATTERN "*.json" PATTERN "README.md")
