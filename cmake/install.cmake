# Programs, resources and desktop files. LibTorch goes into a private folder beside the programs,
# where spanwise-cli's rpath finds it.
if(SPANWISE_WITH_TORCH)
    install(TARGETS spanwise-cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    get_filename_component(torch_lib_dir "${TORCH_LIBRARY}" DIRECTORY)
    install(DIRECTORY "${torch_lib_dir}/" DESTINATION "${CMAKE_INSTALL_LIBDIR}/spanwise"
            FILES_MATCHING PATTERN "*.so*")
endif()
if(SPANWISE_WITH_QT)
    install(TARGETS spanwise RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    install(FILES packaging/desktop/org.spanwise.Spanwise.desktop
            DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
    install(FILES packaging/desktop/org.spanwise.Spanwise.metainfo.xml
            DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
    install(FILES packaging/desktop/org.spanwise.Spanwise.mime.xml
            DESTINATION "${CMAKE_INSTALL_DATADIR}/mime/packages"
            RENAME org.spanwise.Spanwise.xml)
    install(FILES resources/icons/spanwise.svg
            DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps"
            RENAME org.spanwise.Spanwise.svg)
endif()
install(DIRECTORY resources/samples DESTINATION "${CMAKE_INSTALL_DATADIR}/spanwise"
        FILES_MATCHING PATTERN "*.jsonl" PATTERN "*.json" PATTERN "README.md")
install(FILES resources/prompts/annotate.txt
        DESTINATION "${CMAKE_INSTALL_DATADIR}/spanwise/prompts")
