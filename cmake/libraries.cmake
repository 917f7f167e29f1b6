# The third-party libraries, each behind one `sennit_lib_<name>` target, so that a room names what it uses.
find_package(Boost 1.81 REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
if(SENNIT_TESTS)
  find_package(GTest REQUIRED)
endif()
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)

add_library(sennit_lib_asio INTERFACE)
target_link_libraries(sennit_lib_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(sennit_lib_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                                                     BOOST_BEAST_SEPARATE_COMPILATION)

add_library(sennit_lib_json INTERFACE)
target_link_libraries(sennit_lib_json INTERFACE Boost::headers)

add_library(sennit_lib_yaml INTERFACE)
target_link_libraries(sennit_lib_yaml INTERFACE PkgConfig::YAML)

add_library(sennit_lib_sqlite INTERFACE)
target_link_libraries(sennit_lib_sqlite INTERFACE PkgConfig::SQLITE)

add_library(sennit_lib_sodium INTERFACE)
target_link_libraries(sennit_lib_sodium INTERFACE PkgConfig::SODIUM)

add_library(sennit_lib_re2 INTERFACE)
target_link_libraries(sennit_lib_re2 INTERFACE PkgConfig::RE2)

add_library(sennit_lib_crypto INTERFACE)
target_link_libraries(sennit_lib_crypto INTERFACE PkgConfig::CRYPTO)

add_library(sennit_lib_zstd INTERFACE)
target_link_libraries(sennit_lib_zstd INTERFACE PkgConfig::ZSTD)

add_library(sennit_lib_cli11 INTERFACE)
target_link_libraries(sennit_lib_cli11 INTERFACE CLI11::CLI11)
