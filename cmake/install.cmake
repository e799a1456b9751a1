# Programs, resources and desktop files. Libraries that the system does not have go into a private
# folder, where the programs' rpaths find them: LibTorch, and KSyntaxHighlighting for Qt 6.
if(SPANWISE_WITH_TORCH)
    install(TARGETS spanwise-cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    get_filename_component(torch_lib_dir "${TORCH_LIBRARY}" DIRECTORY)
    install(DIRECTORY "${torch_lib_dir}/" DESTINATION "${CMAKE_INSTALL_LIBDIR}/spanwise"
            FILES_MATCHING PATTERN "*.so*")
endif()
if(SPANWISE_WITH_QT)
    install(TARGETS spanwise RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    get_target_property(syntax_lib ${SPANWISE_SYNTAX} LOCATION)
    if(syntax_lib MATCHES "^${SPANWISE_DEPS}/")
        install(IMPORTED_RUNTIME_ARTIFACTS ${SPANWISE_SYNTAX}
                LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/spanwise")
    endif()
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
install(DIRECTORY resources/models DESTINATION "${CMAKE_INSTALL_DATADIR}/spanwise")
install(FILES resources/prompts/annotate.txt
        DESTINATION "${CMAKE_INSTALL_DATADIR}/spanwise/prompts")

# cpack -G DEB (packaging/deb).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME spanwise)
set(CPACK_PACKAGE_CONTACT "The Spanwise authors <spanwise@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Label a few names in texts, watch it learn the rest")
set(CPACK_PACKAGE_DESCRIPTION "Entity recognition from a handful of labelled examples:
a window to label texts in, and spanwise-cli, which trains, predicts, measures
and pre-trains without one. Learns on this computer, offline.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-noto-core, qt6-qpa-plugins, qt6-translations-l10n")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(TORCH_LIBRARY)
    list(APPEND CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${torch_lib_dir}")
endif()
if(syntax_lib)
    get_filename_component(syntax_lib_dir "${syntax_lib}" DIRECTORY)
    list(APPEND CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${syntax_lib_dir}")
endif()
include(CPack)
