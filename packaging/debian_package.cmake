# One package with both programs and the bundled model. Building it needs the Release build and dpkg-dev.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME penjing)
set(CPACK_PACKAGE_VENDOR "The Penjing authors")
set(CPACK_PACKAGE_CONTACT "The Penjing authors <authors@penjing.invalid>")  # .invalid: there is no mailbox
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "draws pictures from words, offline, on the processor")
set(CPACK_PACKAGE_DESCRIPTION
    "Penjing draws pictures from words on the computer it runs on. There is no
account, no network and no graphics card in it: one program and one model
file. The networks of the model are ternary, at 1.75 bits a weight.
.
This package holds the window (penjing-studio), the command line (penjing) and a
small model, Seedling, so that it draws at once.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
if(TARGET penjing-studio)
  # Found at run time, so the linker does not tell: WebP export, windows of their own on Wayland, Qt's own words (names of
  # keys) in German, and the font that the window is drawn for.
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-image-formats-plugins, qt6-wayland, qt6-translations-l10n, fonts-inter")
endif()

set(documents ${CMAKE_INSTALL_DATADIR}/doc/penjing)
install(FILES copyright ${PROJECT_SOURCE_DIR}/NOTICE DESTINATION ${documents})
install_compressed(${PROJECT_SOURCE_DIR}/CHANGELOG.md NEWS ${documents})

include(CPack)
